"""The child process of the embedded fleet: ``python -m limner.fleet.child SETTINGS_JSON``.

Reads orders from the pipe whose file descriptor the settings name, and writes events to it. When the pipe
closes the parent is gone, and the child ends at once, in the middle of a step if need be.
"""

import logging
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from limner.contracts.assignment import Assignment
from limner.contracts.capability import Capabilities
from limner.contracts.event import WorkerAlive, WorkerReady
from limner.engines.base import EngineSettings
from limner.engines.registry import build
from limner.fleet.base import Deliver, Delivery
from limner.fleet.host import EngineHost
from limner.fleet.wire import receive_order, send_delivery

_LOOK_EVERY_S = 2.0
"""Model folders are looked at so often."""
_NICENESS = 5
"""Pages answer first, pictures are drawn with what is left."""


class ChildSettings(BaseModel):
    """What the parent tells its child on the command line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    worker: str
    pipe: int = -1
    engines: tuple[str, ...] = ("diffusion",)
    model_folders: tuple[Path, ...] = ()
    cache_folder: Path = Path(os.devnull)
    device: str = "auto"
    threads: int | None = None
    slots: int = 1
    model_memory_bytes: int | None = None
    warm: str | None = None

    def engine_settings(self) -> EngineSettings:
        """Return the part that engines are told."""
        return EngineSettings(self.model_folders, self.cache_folder, self.device, self.threads)


def serve(settings: ChildSettings, pipe: Connection) -> None:
    """Do what the pipe says until it closes."""
    lock = threading.Lock()

    def deliver(delivery: Delivery) -> None:
        with lock:
            send_delivery(pipe, delivery)

    engines = build(settings.engines, settings.engine_settings())
    host = EngineHost(engines, deliver, budget_bytes=settings.model_memory_bytes)
    threading.Thread(target=_announce, args=(settings, host, deliver), name="announce", daemon=True).start()
    pool = ThreadPoolExecutor(max_workers=settings.slots + 1, thread_name_prefix="job")
    if settings.warm:
        pool.submit(host.warm, settings.warm)
    while True:
        order = receive_order(pipe)
        if isinstance(order, Assignment):
            pool.submit(host.run, order)
        else:
            host.cancel(order.job_id)


def _announce(settings: ChildSettings, host: EngineHost, deliver: Deliver) -> None:
    """Say what can be done, again when a model was added to a folder or taken away, and else that we live."""
    said: tuple[Capabilities, ...] | None = None
    while True:
        capabilities = host.capabilities()
        if capabilities == said:
            deliver(Delivery(WorkerAlive(worker=settings.worker)))
        else:
            said = capabilities
            ready = WorkerReady(worker=settings.worker, slots=settings.slots, capabilities=capabilities)
            deliver(Delivery(ready))
        time.sleep(_LOOK_EVERY_S)


def main() -> None:
    """Run until the parent is gone."""
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    settings = ChildSettings.model_validate_json(sys.argv[1])
    os.nice(_NICENESS)
    try:
        serve(settings, Connection(settings.pipe))
    except (EOFError, OSError):
        os._exit(0)  # threads may be deep inside arithmetic; nobody wants its result


if __name__ == "__main__":
    main()
