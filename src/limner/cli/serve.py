"""``limner serve``: the studio, its queue and its worker, wired together."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from limner.cli.fleet import embedded_fleet
from limner.config import Config
from limner.contracts.fault import Fault, InvalidField
from limner.fleet.base import Fleet

_WORKER_READY_S = 15.0
_SHUTDOWN_S = 2


class AlreadyRunning(Fault):
    """Another Limner uses this data folder."""

    code = "already_running"


class DatabaseUnusable(Fault):
    """The database file is damaged or not a database."""

    code = "database_unusable"


def serve() -> None:
    """Start the studio and print its address. Stop it with Ctrl+C."""
    config = Config.from_environment()
    config.home.mkdir(parents=True, exist_ok=True)
    fleet = embedded_fleet(config)
    with _only_one(config), _listen(config) as listener:
        _run(config, fleet, listener)


def _run(config: Config, fleet: Fleet, listener: socket.socket) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "limner.server.settings"
    import django  # noqa: PLC0415 - seconds that --help need not wait
    import uvicorn  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import DatabaseError  # noqa: PLC0415

    django.setup()
    try:
        call_command("migrate", verbosity=0)
    except DatabaseError as error:
        raise DatabaseUnusable(f"{config.database} cannot be used as the database: {error}.") from None

    from limner.server.asgi import application  # noqa: PLC0415 - after migrate
    from limner.server.jobs.conductor import Conductor  # noqa: PLC0415

    conductor = Conductor(fleet)
    conductor.start()
    try:
        if not conductor.wait_ready(_WORKER_READY_S):
            typer.echo("The drawing process is not up yet; the pages are. Jobs will wait for it.", err=True)
        settings = uvicorn.Config(
            application,
            log_level="warning",
            lifespan="off",
            ws="websockets-sansio",
            server_header=False,
            timeout_graceful_shutdown=_SHUTDOWN_S,
        )
        host, port = listener.getsockname()[:2]
        typer.echo(f"Limner is at http://{f'[{host}]' if ':' in host else host}:{port}")
        uvicorn.Server(settings).run(sockets=[listener])
    except KeyboardInterrupt:
        typer.echo("Stopped. Jobs that were running begin again at the next start.")
    finally:
        conductor.stop()


@contextmanager
def _listen(config: Config) -> Iterator[socket.socket]:
    """Take the port before anything slow happens. Raises InvalidField where somebody else has it."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((config.host, config.port))
        except OSError as error:
            raise InvalidField(
                f"Port {config.port} cannot be used ({error.strerror}); set LIMNER_PORT to another.",
                field="LIMNER_PORT",
            ) from None
        listener.listen()
        yield listener


@contextmanager
def _only_one(config: Config) -> Iterator[None]:
    """Hold the data folder's lock. Raises AlreadyRunning where another process has it."""
    with (config.home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"Another Limner runs on {config.home}; stop it, or set LIMNER_HOME to another folder."
            ) from None
        yield
