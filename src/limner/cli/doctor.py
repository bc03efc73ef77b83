"""``limner doctor``: what is here, and what is missing."""

import importlib.metadata
import json
import platform
import shutil
import sqlite3
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from limner import __version__
from limner.config import Config

_PACKAGES = ("django", "torch", "diffusers", "transformers", "safetensors", "pillow", "pydantic")
_LOW_DISK_BYTES = 1_000_000_000
_GIGABYTE = 1e9


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Say what this installation has, and what is missing. Exit code 1 if something is."""
    findings = _findings(Config.from_environment())
    if as_json:
        typer.echo(json.dumps(findings, indent=2))
    else:
        table = Table.grid(padding=(0, 2))
        for name, value in findings["facts"].items():
            table.add_row(name, str(value))
        Console().print(table)
        for problem in findings["missing"]:
            typer.echo(f"Missing: {problem}")
        if not findings["missing"]:
            typer.echo("Nothing is missing.")
    if findings["missing"]:
        raise typer.Exit(1)


def _findings(config: Config) -> dict[str, Any]:
    missing: list[str] = []
    facts: dict[str, Any] = {
        "Limner": __version__,
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        **{name: _version(name) for name in _PACKAGES},
    }
    missing += [f"the package {name}; install limner[engines]" for name in _PACKAGES if not facts[name]]
    facts |= _device(missing) | _room(config, missing)
    if not missing:
        facts["Models"] = _models(config, missing)
    return {"facts": facts, "missing": missing}


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _device(missing: list[str]) -> dict[str, Any]:
    try:
        import torch  # noqa: PLC0415 - seconds
    except ImportError as error:
        missing.append(f"a torch that can be imported ({error})")
        return {}
    from limner.engines.free_cores import FreeCores  # noqa: PLC0415

    gpus = [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]
    return {"Device": ", ".join(gpus) or "CPU", "Cores": FreeCores().cores}


def _room(config: Config, missing: list[str]) -> dict[str, Any]:
    from limner.fleet.shelf import available_bytes  # noqa: PLC0415

    folder = next(each for each in (config.home, *config.home.parents) if each.exists())
    free = shutil.disk_usage(folder).free
    if free < _LOW_DISK_BYTES:
        missing.append(f"disk space: {free / _GIGABYTE:.1f} GB are free at {folder}")
    return {
        "Memory free": f"{available_bytes() / _GIGABYTE:.1f} GB",
        "Data folder": str(config.home),
        "Disk free": f"{free / _GIGABYTE:.1f} GB",
        "Python at": sys.executable,
    }


def _models(config: Config, missing: list[str]) -> str:
    from limner.cli.fleet import child_settings  # noqa: PLC0415
    from limner.engines.registry import build  # noqa: PLC0415

    settings = child_settings(config)
    names = []
    for engine in build(settings.engines, settings.engine_settings()):
        capabilities = engine.capabilities
        names += [card.name for card in capabilities.models]
        missing += [broken.reason for broken in capabilities.broken]
    if not names:
        missing.append("a model; the starter model should be shipped with Limner")
    return ", ".join(names)
