"""Models from the Hugging Face hub, fetched into the models folder when somebody asks for one by id.

``describe`` says what would be fetched, how large it is and under which licence; ``download`` fetches it; ``find``
says whether it is there. Of a repository in the diffusers layout only what the pipeline loads is fetched: the
components that ``model_index.json`` names, of those the default files (full precision, not the ``fp16``,
``non_ema`` … variants), and only safetensors, JSON and text: nothing in them is run. Checkpoints beside the
layout (``v1-5-pruned.safetensors``) hold the same weights once more and are left out.

Another hub is used with HF_ENDPOINT, a private or gated model with HF_TOKEN.
"""

import errno
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from limner.contracts.fault import DiskFull, Fault, HubUnreachable, ModelUnusable, NotFound
from limner.engines.diffusion.folder import PIPELINES

if TYPE_CHECKING:
    from huggingface_hub.hf_api import ModelInfo

INDEX = "model_index.json"
ANSWER_WITHIN_S = 10
UNSTATED = "not stated"

OnProgress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
_SAFE_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?")
_CONFIGURATION = {".json", ".txt"}
_OTHER_WEIGHTS = {".bin", ".ckpt", ".pt", ".pth", ".msgpack", ".h5"}
_UNFINISHED = ".downloads"
"""Unfinished models lie deeper than finished ones, where nobody looks for a model."""


@dataclass(frozen=True)
class HubFile:
    """One file of a model, by its path in the repository."""

    path: str
    bytes: int


@dataclass(frozen=True)
class HubModel:
    """What ``download`` would fetch."""

    id: str
    revision: str
    licence: str
    files: tuple[HubFile, ...]

    @property
    def bytes(self) -> int:
        """The size of all files together."""
        return sum(file.bytes for file in self.files)


def is_hub_id(name: str) -> bool:
    """Return whether *name* has the form of a hub id, ``org/name``."""
    return _ID.fullmatch(name) is not None and "--" not in name and ".." not in name


def folder_name(hub_id: str) -> str:
    """Return the name of the folder that holds the model: ``org--name``."""
    return hub_id.replace("/", "--")


def find(hub_id: str, folder: Path) -> Path | None:
    """Return where in *folder* the model lies, finished; None where it does not."""
    there = folder / folder_name(hub_id)
    return there if is_hub_id(hub_id) and (there / INDEX).is_file() else None


def describe(hub_id: str, folder: Path, *, endpoint: str | None = None) -> HubModel:
    """Return what ``download`` would fetch into *folder*; nothing is kept.

    Raises NotFound, ModelUnusable or HubUnreachable, the last within seconds.
    """
    if not is_hub_id(hub_id):
        raise NotFound(
            f"'{hub_id}' is no model on this machine and no hub id; those look like 'org/name'.", field="model"
        )
    from huggingface_hub import HfApi, hf_hub_download  # noqa: PLC0415 - takes half a second

    with _one_sentence(hub_id, folder, endpoint), tempfile.TemporaryDirectory() as passing:
        info = HfApi(endpoint=endpoint).model_info(hub_id, files_metadata=True, timeout=ANSWER_WITHIN_S)
        sizes = {file.rfilename: file.size or 0 for file in info.siblings or []}
        _check_layout(hub_id, sizes)
        index = hf_hub_download(hub_id, INDEX, revision=info.sha, local_dir=passing, endpoint=endpoint)
        wanted = _wanted(hub_id, list(sizes), _components(hub_id, Path(index)))
    files = tuple(HubFile(path, sizes[path]) for path in wanted)
    return HubModel(id=hub_id, revision=info.sha or "main", licence=_licence(info), files=files)


def download(
    hub_id: str, folder: Path, on_progress: OnProgress | None = None, *, endpoint: str | None = None
) -> Path:
    """Return the model's folder inside *folder*, fetched if it was not there.

    The folder appears at once and whole. What was fetched before an interruption lies in ``.downloads`` and is not
    fetched again; two processes that want the same model wait for each other. Whatever *on_progress* raises stops
    the download. Raises what ``describe`` raises, and DiskFull before the first byte where there is no room.
    """
    there = find(hub_id, folder)
    if there is not None:
        return there
    model = describe(hub_id, folder, endpoint=endpoint)
    from filelock import FileLock  # noqa: PLC0415 - comes with huggingface_hub

    unfinished = folder / _UNFINISHED / folder_name(hub_id) / model.revision
    with _one_sentence(hub_id, folder, endpoint):
        unfinished.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / _UNFINISHED / f"{folder_name(hub_id)}.lock"):
            there = find(hub_id, folder)
            if there is None:
                _check_room(model, folder, unfinished)
                _fetch(model, unfinished, on_progress or (lambda _done, _total: None), endpoint)
                there = unfinished.rename(folder / folder_name(hub_id))
                shutil.rmtree(unfinished.parent)
    return there


def _fetch(model: HubModel, into: Path, on_progress: OnProgress, endpoint: str | None) -> None:
    from huggingface_hub import hf_hub_download  # noqa: PLC0415 - takes half a second

    done = 0
    for file in model.files:
        bar = _bar(done, file.bytes, model.bytes, on_progress)
        hf_hub_download(
            model.id, file.path, revision=model.revision, local_dir=into, endpoint=endpoint, tqdm_class=bar
        )
        done += file.bytes
        on_progress(done, model.bytes)
    shutil.rmtree(into / ".cache", ignore_errors=True)


def _bar(before: int, most: int, total: int, on_progress: OnProgress) -> Any:
    """Return a class that huggingface_hub takes for tqdm's; it draws nothing and reports."""

    class Bar:
        def __init__(self, **_: Any) -> None:
            self.n = 0

        def __enter__(self) -> Self:
            return self

        def __exit__(
            self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
        ) -> None:
            self.close()

        def update(self, count: float) -> None:
            self.n = min(most, self.n + int(count))
            on_progress(before + self.n, total)

        def update_transfer(self, count: float) -> None:
            """Bytes on the wire, fewer than on disk where chunks were known: not what a person waits for."""

        def set_postfix_str(self, text: str, *, refresh: bool = True) -> None: ...

        def set_transfer_postfix_str(self, text: str, *, refresh: bool = True) -> None: ...

        def close(self) -> None: ...

    return Bar


def _check_layout(hub_id: str, names: dict[str, int]) -> None:
    if not any(name.endswith(".safetensors") for name in names):
        raise ModelUnusable(
            f"'{hub_id}' has no safetensors files; other formats can hold code and are not loaded.", field="model"
        )
    if INDEX not in names:
        raise ModelUnusable(
            f"'{hub_id}' is not in the diffusers layout (it has no {INDEX}), so Limner cannot load it.",
            field="model",
        )


def _components(hub_id: str, index: Path) -> set[str]:
    """Return the names of the components that *index*, a model_index.json, says the pipeline is made of."""
    try:
        content = json.loads(index.read_text(encoding="utf-8"))
        pipeline = content["_class_name"]
    except (ValueError, KeyError, TypeError):
        raise ModelUnusable(f"{INDEX} of '{hub_id}' is not readable.", field="model") from None
    if pipeline not in PIPELINES:
        raise ModelUnusable(
            f"'{hub_id}' is a {pipeline}; Limner draws with {', '.join(sorted(PIPELINES))}.", field="model"
        )
    return {name for name, value in content.items() if isinstance(value, list) and value and value[0]}


def _wanted(hub_id: str, names: list[str], components: set[str]) -> list[str]:
    """Return the paths to fetch, the index last. Raises ModelUnusable where a component's weights are missing."""
    inside = [PurePosixPath(name) for name in sorted(names) if _SAFE_PATH.fullmatch(name)]
    wanted = []
    for component in sorted(components):
        files = [path for path in inside if path.parent.as_posix() == component]
        weights = [path for path in files if path.suffix == ".safetensors"]
        default = [path for path in weights if "." not in path.stem]
        if not default and (weights or any(path.suffix in _OTHER_WEIGHTS for path in files)):
            raise ModelUnusable(
                f"The {component} of '{hub_id}' has no default safetensors file, so Limner cannot load it.",
                field="model",
            )
        wanted += default + [path for path in files if path.suffix in _CONFIGURATION and not _of_variant(path)]
    return [*(path.as_posix() for path in wanted), INDEX]


def _of_variant(path: PurePosixPath) -> bool:
    """Return whether *path* lists the shards of a variant: ``model.safetensors.index.fp16.json``."""
    return ".index." in path.name and not path.name.endswith(".safetensors.index.json")


def _licence(info: "ModelInfo") -> str:
    stated = getattr(info.card_data, "license", None)
    if stated in {None, "other"}:
        stated = getattr(info.card_data, "license_name", None) or stated
    tagged = (tag.removeprefix("license:") for tag in info.tags or [] if tag.startswith("license:"))
    return str(stated or next(tagged, UNSTATED))


def _check_room(model: HubModel, folder: Path, into: Path) -> None:
    have = sum(path.stat().st_size for path in into.rglob("*") if path.is_file())
    free = shutil.disk_usage(into).free
    if model.bytes - have > free:
        raise DiskFull(
            f"'{model.id}' needs {(model.bytes - have) / 1e9:.1f} GB and the disk of '{folder}' has "
            f"{free / 1e9:.1f} GB free; make room and try again."
        )


@contextmanager
def _one_sentence(hub_id: str, folder: Path, endpoint: str | None) -> Iterator[None]:
    """Turn whatever goes wrong on the way to the hub into a fault that names the model and what to do."""
    import httpx2  # noqa: PLC0415 - comes with huggingface_hub
    from huggingface_hub import constants, errors  # noqa: PLC0415 - takes half a second

    hub = (endpoint or constants.ENDPOINT).removeprefix("https://").removeprefix("http://")
    otherwise = (
        f"connect to the network once, or put the model's folder into '{folder}' as '{folder_name(hub_id)}'"
    )
    try:
        yield
    except Fault:
        raise
    except errors.GatedRepoError as error:
        raise ModelUnusable(
            f"'{hub_id}' is only for those who accepted its terms: do so at {hub}/{hub_id} and set HF_TOKEN.",
            field="model",
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise NotFound(
            f"There is no model '{hub_id}' on {hub}, or it is private; check the name, or set HF_TOKEN.",
            field="model",
        ) from error
    except errors.HfHubHTTPError as error:
        status = error.response.status_code
        raise HubUnreachable(
            f"'{hub_id}' is not on this machine and {hub} answered with status {status}; try again later, or put "
            f"the model's folder into '{folder}' as '{folder_name(hub_id)}'.",
            field="model",
        ) from error
    except (errors.LocalEntryNotFoundError, errors.OfflineModeIsEnabled, httpx2.HTTPError) as error:
        raise HubUnreachable(
            f"'{hub_id}' is not on this machine and {hub} cannot be reached; {otherwise}.", field="model"
        ) from error
    except OSError as error:
        raise _of_disk(hub_id, folder, error) from error


def _of_disk(hub_id: str, folder: Path, error: OSError) -> Fault:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(
            f"The disk of '{folder}' is full, so '{hub_id}' could not be kept; make room and try again."
        )
    if error.errno is None:
        return HubUnreachable(
            f"The download of '{hub_id}' broke off; try again to go on where it stopped.", field="model"
        )
    return ModelUnusable(f"'{hub_id}' cannot be kept in '{folder}': {error.strerror}.", field="model")
