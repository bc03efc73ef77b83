"""``limner models``: the models on this machine, and fetching more."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from limner.config import Config

app = typer.Typer(help="List the models on this machine, or fetch one.", invoke_without_command=True)

_MEGABYTE = 1_000_000


@app.callback()
def show(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """List the models on this machine, or fetch one."""
    if context.invoked_subcommand is not None:
        return
    from limner.cli.fleet import child_settings  # noqa: PLC0415
    from limner.engines.registry import build  # noqa: PLC0415

    settings = child_settings(Config.from_environment())
    offered = [engine.capabilities for engine in build(settings.engines, settings.engine_settings())]
    cards = [card for engine in offered for card in engine.models]
    broken = [model for engine in offered for model in engine.broken]
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "models": [card.model_dump(mode="json") for card in cards],
                    "broken": [model.model_dump(mode="json") for model in broken],
                }
            )
        )
        return
    table = Table("Name", "Title", "Size", "Steps", "Note", box=None, pad_edge=False)
    for card in cards:
        own = card.defaults
        table.add_row(card.name, card.title, f"{own.width}x{own.height}", str(own.num_inference_steps), card.note)
    Console().print(table)
    for model in broken:
        typer.echo(f"{model.name} cannot be used: {model.reason}")


@app.command()
def get(hub_id: Annotated[str, typer.Argument(help="A hub id such as org/name.")]) -> None:
    """Fetch a model from the hub into the data folder; safetensors only."""
    config = Config.from_environment()
    typer.echo(f"{hub_id} is at {_fetch(hub_id, config.models)}")


def locate(model: str, config: Config) -> tuple[str, tuple[Path, ...]]:
    """Return the model's name in requests, and the folders to look in besides the usual ones.

    *model* is a name, the path of a model's folder, or a hub id, which is fetched if it is not on this machine.
    Raises what ``hub.download`` raises.
    """
    from limner.engines.diffusion import folder, hub  # noqa: PLC0415

    path = Path(model)
    if (path / hub.INDEX).is_file():
        return folder.model_name(path.absolute()), (path.absolute().parent,)
    if hub.is_hub_id(model) and hub.find(model, config.models) is None:
        _fetch(model, config.models)
    return model, ()


def _fetch(hub_id: str, models: Path) -> Path:
    """Return the model's folder; before it is fetched its size and licence are shown, then a bar."""
    from limner.engines.diffusion import hub  # noqa: PLC0415

    there = hub.find(hub_id, models)
    if there is not None:
        return there
    models.mkdir(parents=True, exist_ok=True)
    found = hub.describe(hub_id, models)
    console = Console(stderr=True)
    console.print(
        f"Fetching {found.id}: {found.bytes / _MEGABYTE:,.0f} MB, licence {found.licence}", highlight=False
    )
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bars:
        task = bars.add_task(found.id, total=found.bytes)
        return hub.download(hub_id, models, lambda done, total: bars.update(task, completed=done, total=total))
