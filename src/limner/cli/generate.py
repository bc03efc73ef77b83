"""``limner generate``: a picture into a file, without a server."""

import json
import re
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from limner.cli.fleet import child_settings
from limner.cli.models import locate
from limner.config import Config
from limner.contracts import event as events
from limner.contracts.assignment import Assignment
from limner.contracts.fault import FaultReport, InvalidField, fault_of
from limner.contracts.request import AnyRequest, parse_request
from limner.fleet.base import Delivery
from limner.fleet.child import ChildSettings
from limner.pictures.form import Form

_FORMS: dict[str, Form] = {".png": "png", ".jpg": "jpg", ".jpeg": "jpg", ".webp": "webp"}
_SIZE = re.compile(r"(\d{1,5})x(\d{1,5})")


def generate(  # noqa: PLR0917 - every one is an option of the command
    prompt: Annotated[str, typer.Argument(help="What the picture should show.")],
    out: Annotated[Path, typer.Option(help="Where to write it: .png, .jpg or .webp.")] = Path("picture.png"),
    model: Annotated[
        str, typer.Option(help="A model's name, its folder, or a hub id such as org/name.")
    ] = "starter",
    negative: Annotated[str, typer.Option(help="What to keep out of the picture.")] = "",
    steps: Annotated[int | None, typer.Option(help="How often the picture is refined.")] = None,
    guidance: Annotated[float | None, typer.Option(help="How strictly the prompt is followed.")] = None,
    size: Annotated[str | None, typer.Option(help="Width and height in pixels, such as 128x128.")] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same picture.")] = None,
    count: Annotated[int, typer.Option(help="How many pictures.")] = 1,
    scheduler: Annotated[str | None, typer.Option(help="The solver, by diffusers' class name.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was made as JSON.")] = False,
) -> None:
    """Draw a picture into a file."""
    form = _FORMS.get(out.suffix.lower())
    if form is None:
        raise InvalidField(f"'{out.name}' has to end in .png, .jpg or .webp.", field="out")
    if not out.absolute().parent.is_dir():
        raise InvalidField(f"There is no folder {out.absolute().parent}.", field="out")
    width, height = _sides(size)
    given = {
        "kind": "text-to-image",
        "prompt": prompt,
        "negative_prompt": negative,
        "model": model,
        "num_inference_steps": steps,
        "guidance_scale": guidance,
        "width": width,
        "height": height,
        "seed": seed,
        "num_images": count,
        "scheduler": scheduler,
    }
    asked = parse_request(given)
    config = Config.from_environment()
    name, folders = locate(model, config)
    request, pngs = _draw(asked.model_copy(update={"model": name}), child_settings(config, folders))
    files = _write(pngs, out, form)
    if as_json:
        seeds = request.seeds()
        made = [{"file": str(file), "seed": seed} for file, seed in zip(files, seeds, strict=True)]
        typer.echo(json.dumps({"request": request.model_dump(mode="json"), "pictures": made}))
    else:
        for file, used in zip(files, request.seeds(), strict=True):
            typer.echo(f"{file}  seed {used}")


def _sides(size: str | None) -> tuple[int | None, int | None]:
    if size is None:
        return None, None
    match = _SIZE.fullmatch(size)
    if not match:
        raise InvalidField(f"'{size}' is no size; write width x height, such as 128x128.", field="size")
    return int(match[1]), int(match[2])


def _draw(request: AnyRequest, settings: ChildSettings) -> tuple[AnyRequest, list[bytes]]:
    from limner.engines.registry import build  # noqa: PLC0415 - heavy
    from limner.fleet.host import EngineHost  # noqa: PLC0415

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bars:
        listener = _Listener(bars)
        host = EngineHost(
            build(settings.engines, settings.engine_settings()),
            listener.hear,
            budget_bytes=settings.model_memory_bytes,
        )
        whole = request.complete(host.card(request.model))
        host.run(Assignment(job_id="generate", attempt=1, request=whole))
    if listener.fault is not None:
        raise fault_of(listener.fault)
    return whole, listener.pngs


class _Listener:
    """Moves the bar and keeps the pictures."""

    def __init__(self, bars: Progress) -> None:
        self.pngs: list[bytes] = []
        self.fault: FaultReport | None = None
        self._bars = bars
        self._task = bars.add_task("Loading the model", total=None)

    def hear(self, delivery: Delivery) -> None:
        event = delivery.event
        if isinstance(event, events.Progress) and event.stage == "drawing":
            self._bars.update(self._task, description="Drawing", completed=event.step, total=event.total)
        elif isinstance(event, events.PictureMade):
            self.pngs.append(delivery.payload)
        elif isinstance(event, events.Failed):
            self.fault = event.fault


def _write(pngs: list[bytes], out: Path, form: Form) -> list[Path]:
    from limner.pictures.encode import convert  # noqa: PLC0415

    files = []
    for index, png in enumerate(pngs):
        file = out if len(pngs) == 1 else out.with_stem(f"{out.stem}-{index + 1}")
        file.write_bytes(convert(png, form))
        files.append(file)
    return files
