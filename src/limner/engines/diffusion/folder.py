"""A model on disk: a folder in the Stable Diffusion layout, read without loading any weights.

``limner.json`` beside ``model_index.json`` is optional and says what the folder's own files cannot::

    {"title": "Starter illustrations", "note": "…", "num_inference_steps": 20, "guidance_scale": 5.0,
     "sides": {"minimum": 96, "maximum": 256, "multiple_of": 8}}
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from limner.contracts.capability import BrokenModel, Defaults, ModelCard, Sides
from limner.contracts.complaint import sentence
from limner.contracts.fault import ModelUnusable
from limner.contracts.request import MAX_SIDE
from limner.engines.diffusion.scheduler import available

PIPELINES = {"StableDiffusionPipeline", "StableDiffusionXLPipeline"}
_LIBRARIES = {"diffusers", "transformers", "stable_diffusion"}
_WITH_WEIGHTS = {"unet", "vae", "text_encoder", "text_encoder_2", "safety_checker"}
_VAE_SCALE = 8


class Notes(BaseModel):
    """What ``limner.json`` may say."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = Field(None, min_length=1, max_length=100)
    note: str = Field("", max_length=1000)
    num_inference_steps: int = Field(20, ge=1, le=500)
    guidance_scale: float = Field(7.5, ge=0, le=50)
    sides: Sides | None = None


def model_name(folder: Path) -> str:
    """Return what requests call the model in *folder*: its name, or for ``org--name`` the hub id ``org/name``."""
    return folder.name.replace("--", "/", 1)


def find(folders: tuple[Path, ...]) -> Iterator[Path]:
    """Yield every model folder inside *folders*; of two with one name the first counts."""
    seen: set[str] = set()
    for root in folders:
        for index in sorted(root.glob("*/model_index.json")):
            if index.parent.name not in seen:
                seen.add(index.parent.name)
                yield index.parent


def card(folder: Path, hashes: "HashCache") -> ModelCard:
    """Return what the model in *folder* can do. Raises ModelUnusable with the sentence that says why it cannot."""
    index = _json(folder, "model_index.json")
    pipeline = index.get("_class_name")
    if pipeline not in PIPELINES:
        raise ModelUnusable(f"'{folder.name}' is a {pipeline}; Limner draws with {', '.join(sorted(PIPELINES))}.")
    _refuse_foreign_code(folder, index)
    if "scheduler" not in dict(_parts(index)):
        raise ModelUnusable(f"'{folder.name}' has no scheduler in model_index.json.")
    weights = list(_weights(folder, index))
    notes = _notes(folder)
    side = _own_side(folder)
    scheduler = index["scheduler"][1]
    return ModelCard(
        name=model_name(folder),
        title=notes.title or model_name(folder),
        kinds=("text-to-image",),
        hash=hashes.of(weights),
        sides=notes.sides or Sides(minimum=min(256, side), maximum=min(2 * side, MAX_SIDE)),
        schedulers=tuple(sorted({*available(), scheduler})),
        defaults=Defaults(
            width=side,
            height=side,
            num_inference_steps=notes.num_inference_steps,
            guidance_scale=notes.guidance_scale,
            scheduler=scheduler,
        ),
        note=notes.note,
    )


def read_all(folders: tuple[Path, ...], hashes: "HashCache") -> tuple[list[ModelCard], list[BrokenModel]]:
    """Return the cards of all models in *folders*, and of those that cannot be used the reason."""
    cards, broken = [], []
    for folder in find(folders):
        try:
            cards.append(card(folder, hashes))
        except ModelUnusable as fault:
            broken.append(BrokenModel(name=model_name(folder), reason=fault.message))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one folder, the others are used
            reason = f"'{folder.name}' cannot be read ({type(error).__name__}: {error})."
            broken.append(BrokenModel(name=model_name(folder), reason=reason))
    return cards, broken


def weight_bytes(folder: Path) -> int:
    """Return the memory the folder's weights take in float32, whatever precision the files have."""
    return sum(_float32_bytes(path) for path in _weights(folder, _json(folder, "model_index.json")))


class HashCache:
    """SHA-256 of weights, remembered by path, size and time so that gigabytes are read once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, str] = {}
        with suppress(OSError, ValueError):
            kept = json.loads(path.read_text())
            self._known = kept if isinstance(kept, dict) else {}

    def of(self, files: list[Path]) -> str:
        """Return one SHA-256, hexadecimal, over the contents of *files* in order."""
        whole = hashlib.sha256()
        for path in files:
            whole.update(self._file(path).encode())
        return whole.hexdigest()

    def _file(self, path: Path) -> str:
        stat = path.stat()
        key = f"{path} {stat.st_size} {stat.st_mtime_ns}"
        if key not in self._known:
            with path.open("rb") as file:
                self._known[key] = hashlib.file_digest(file, "sha256").hexdigest()
            with suppress(OSError):  # no room, no folder: then they are counted again next time
                self._path.write_text(json.dumps(self._known, indent=1))
        return self._known[key]


def _json(folder: Path, name: str) -> dict[str, Any]:
    try:
        content = json.loads((folder / name).read_text(encoding="utf-8"))
    except OSError:
        raise ModelUnusable(f"'{folder.name}' has no file {name}.") from None
    except ValueError:
        raise ModelUnusable(f"{name} of '{folder.name}' is not valid JSON.") from None
    if not isinstance(content, dict):
        raise ModelUnusable(f"{name} of '{folder.name}' is not a JSON object.")
    return content


def _parts(index: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the name and library of each component that is there."""
    for name, value in index.items():
        if isinstance(value, list) and len(value) == 2 and value[0]:  # noqa: PLR2004 - [library, class]
            yield name, str(value[0])


def _refuse_foreign_code(folder: Path, index: dict[str, Any]) -> None:
    for name, library in _parts(index):
        if library not in _LIBRARIES:
            raise ModelUnusable(
                f"'{folder.name}' wants its {name} from '{library}', which would run code of the model's own; "
                "Limner loads only what diffusers and transformers bring."
            )


def _weights(folder: Path, index: dict[str, Any]) -> Iterator[Path]:
    for name, _ in _parts(index):
        if name not in _WITH_WEIGHTS:
            continue
        files = sorted((folder / name).glob("*.safetensors"))
        if not files:
            raise ModelUnusable(f"'{folder.name}' has no safetensors file in {name}; other formats can hold code.")
        default = [path for path in files if path.name.count(".") == 1]
        if not default:
            raise ModelUnusable(
                f"The {name} of '{folder.name}' has only {files[0].name}; variants are not loaded."
            )
        yield from default


def _notes(folder: Path) -> Notes:
    if not (folder / "limner.json").exists():
        return Notes()
    try:
        return Notes.model_validate(_json(folder, "limner.json"))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ModelUnusable(sentence(first, f"'{field}' in limner.json of '{folder.name}'")) from None


def _own_side(folder: Path) -> int:
    sample = _json(folder, "unet/config.json").get("sample_size")
    if not isinstance(sample, int) or sample < 1:
        raise ModelUnusable(f"unet/config.json of '{folder.name}' has no sample_size.")
    return sample * _VAE_SCALE


_ITEM_BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}
_HEADER_LENGTH_BYTES = 8


def _float32_bytes(path: Path) -> int:
    """Return 4 bytes for each number in a safetensors file, read from its header alone."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_HEADER_LENGTH_BYTES), "little")
        size = path.stat().st_size
        if length > size:
            raise ModelUnusable(f"{path.parent.name}/{path.name} is not a safetensors file.")
        try:
            header = json.loads(file.read(length))
        except ValueError:
            raise ModelUnusable(f"{path.parent.name}/{path.name} is not a safetensors file.") from None
    total = 0
    for name, tensor in header.items():
        if name != "__metadata__":
            begin, end = tensor["data_offsets"]
            total += (end - begin) * 4 // _ITEM_BYTES.get(tensor["dtype"], 4)
    return total
