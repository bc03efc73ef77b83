"""Models come from the hub whole or not at all: the real client against a small hub on this machine."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from limner.contracts.fault import DiskFull, HubUnreachable, ModelUnusable, NotFound
from limner.engines.diffusion import hub

pytest.importorskip("huggingface_hub", reason="the engines extra is not installed")

REVISION = "0123456789abcdef0123456789abcdef01234567"
INDEX = {"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "U"], "tokenizer": ["transformers", "T"]}
FILES = {
    "model_index.json": json.dumps(INDEX).encode(),
    "unet/config.json": b"{}",
    "unet/diffusion_pytorch_model.safetensors": b"u" * 3000,
    "tokenizer/vocab.json": b'{"a": 1}',
    "tokenizer/merges.txt": b"#version",
}
UNWANTED = {
    "README.md": b"card",
    "v1-5-pruned.safetensors": b"s" * 9000,
    "unet/diffusion_pytorch_model.bin": b"b" * 3000,
    "unet/diffusion_pytorch_model.fp16.safetensors": b"h" * 1500,
    "unet/model.py": b"import os",
    "vae_1_0/diffusion_pytorch_model.safetensors": b"v" * 800,
    "vae_1_0/config.json": b"{}",
}


class Hub:
    """The routes of huggingface.co that a download needs, over repositories held in memory."""

    def __init__(self) -> None:
        self.repositories: dict[str, dict[str, bytes]] = {}
        self.claimed: dict[str, int] = {}
        self.gated: set[str] = set()
        self.fetched: list[str] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                hub.answer(self)

            do_HEAD = do_GET  # noqa: N815 - http.server's name

            def log_message(self, *_: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, to: BaseHTTPRequestHandler) -> None:
        words = to.path.partition("?")[0].strip("/").split("/")
        name = "/".join(words[2:4] if words[:2] == ["api", "models"] else words[:2])
        if name not in self.repositories:
            self._send(to, 401, b"", {"X-Error-Code": "RepoNotFound"})
        elif words[0] == "api":
            self._send(to, 200, json.dumps(self._info(name)).encode(), {})
        elif name in self.gated:
            self._send(to, 403, b"", {"X-Error-Code": "GatedRepo"})
        else:
            path = "/".join(words[4:])
            if to.command == "GET":
                self.fetched.append(path)
            self._send(
                to, 200, self.repositories[name][path], {"X-Repo-Commit": REVISION, "ETag": f'"{hash(path)}"'}
            )

    def _info(self, name: str) -> dict[str, Any]:
        files = [
            {"rfilename": path, "size": self.claimed.get(name, len(body))}
            for path, body in self.repositories[name].items()
        ]
        return {"id": name, "sha": REVISION, "siblings": files, "tags": [], "cardData": {"license": "openrail"}}

    def _send(self, to: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str]) -> None:
        to.send_response(status)
        for key, value in (headers | {"Content-Length": str(len(body))}).items():
            to.send_header(key, value)
        to.end_headers()
        if to.command == "GET":
            to.wfile.write(body)


@pytest.fixture(autouse=True)
def _hub_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine's own settings say: this hub is on this machine."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def little_hub() -> Iterator[Hub]:
    server = Hub()
    server.repositories["org/boats"] = FILES | UNWANTED
    yield server
    server.close()


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_size_and_licence_are_known_before_anything_is_fetched(little_hub: Hub, tmp_path: Path) -> None:
    model = hub.describe("org/boats", tmp_path, endpoint=little_hub.endpoint)
    assert (model.id, model.licence, model.revision) == ("org/boats", "openrail", REVISION)
    assert model.bytes == sum(map(len, FILES.values()))
    assert little_hub.fetched == ["model_index.json"]
    assert not list(tmp_path.iterdir())


def test_only_what_the_pipeline_loads_is_fetched_and_nothing_that_could_run(
    little_hub: Hub, tmp_path: Path
) -> None:
    there = hub.download("org/boats", tmp_path, endpoint=little_hub.endpoint)
    assert there == tmp_path / "org--boats" == hub.find("org/boats", tmp_path)
    assert files_in(there) == FILES
    assert not set(little_hub.fetched) & set(UNWANTED)


def test_progress_grows_up_to_the_size_that_was_told(little_hub: Hub, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    hub.download(
        "org/boats", tmp_path, lambda done, total: seen.append((done, total)), endpoint=little_hub.endpoint
    )
    size = sum(map(len, FILES.values()))
    assert seen == sorted(seen)
    assert seen[-1] == (size, size)
    assert {total for _, total in seen} == {size}


def test_an_interrupted_download_looks_unfinished_and_goes_on_where_it_stopped(
    little_hub: Hub, tmp_path: Path
) -> None:
    def interrupt(done: int, _total: int) -> None:
        if done > 1000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hub.download("org/boats", tmp_path, interrupt, endpoint=little_hub.endpoint)
    assert hub.find("org/boats", tmp_path) is None
    assert not list(tmp_path.glob("*/model_index.json"))
    little_hub.fetched.clear()
    assert files_in(hub.download("org/boats", tmp_path, endpoint=little_hub.endpoint)) == FILES
    assert "tokenizer/vocab.json" not in little_hub.fetched
    assert not list((tmp_path / ".downloads").glob("*/"))


def test_a_model_that_is_there_needs_no_hub(little_hub: Hub, tmp_path: Path) -> None:
    there = hub.download("org/boats", tmp_path, endpoint=little_hub.endpoint)
    little_hub.fetched.clear()
    assert hub.download("org/boats", tmp_path, endpoint="http://127.0.0.1:9") == there


def test_two_who_want_the_same_model_fetch_it_once(little_hub: Hub, tmp_path: Path) -> None:
    def fetch() -> None:
        hub.download("org/boats", tmp_path, endpoint=little_hub.endpoint)

    threads = [threading.Thread(target=fetch) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert files_in(tmp_path / "org--boats") == FILES
    assert little_hub.fetched.count("unet/diffusion_pytorch_model.safetensors") == 1


def test_an_unreachable_hub_is_one_quick_sentence_that_says_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"127.0.0.1:{taken.getsockname()[1]}"
        start = time.monotonic()
        with pytest.raises(HubUnreachable) as fault:
            hub.download("org/boats", tmp_path, endpoint=f"http://{closed}")
    assert time.monotonic() - start < 5
    assert fault.value.message == (
        f"'org/boats' is not on this machine and {closed} cannot be reached; connect to the network once, "
        f"or put the model's folder into '{tmp_path}' as 'org--boats'."
    )


@pytest.mark.parametrize(
    "name", ["boats", "../boats", "org/../boats", "org/boats/unet", "org/--", "örg/boats", ""]
)
def test_a_name_that_is_no_hub_id_never_reaches_the_network_or_the_disk(name: str, tmp_path: Path) -> None:
    assert hub.find(name, tmp_path) is None
    with pytest.raises(NotFound, match="no hub id; those look like 'org/name'"):
        hub.download(name, tmp_path, endpoint="http://127.0.0.1:9")


def test_an_unknown_model_is_named(little_hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"^There is no model 'org/ships' on 127\.0\.0\.1:\d+, or it is private; "):
        hub.describe("org/ships", tmp_path, endpoint=little_hub.endpoint)


def test_a_gated_model_says_where_to_accept_its_terms(little_hub: Hub, tmp_path: Path) -> None:
    little_hub.gated.add("org/boats")
    with pytest.raises(ModelUnusable, match=r"do so at 127\.0\.0\.1:\d+/org/boats and set HF_TOKEN\.$"):
        hub.download("org/boats", tmp_path, endpoint=little_hub.endpoint)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"model_index.json": b"{}", "unet/diffusion_pytorch_model.bin": b""}, "has no safetensors files"),
        ({"boats.safetensors": b""}, "is not in the diffusers layout"),
        ({"model_index.json": b"[]", "unet/a.safetensors": b""}, "model_index.json of 'org/odd' is not readable"),
        ({"model_index.json": b'{"_class_name": "Video"}', "unet/a.safetensors": b""}, "is a Video; Limner draws"),
        (FILES | {"tokenizer/weights.bin": b""}, "The tokenizer of 'org/odd' has no default safetensors file"),
    ],
    ids=["pickles-only", "checkpoint", "broken-index", "other-pipeline", "half"],
)
def test_what_limner_could_not_load_is_refused_before_the_download(
    little_hub: Hub, tmp_path: Path, files: dict[str, bytes], sentence: str
) -> None:
    little_hub.repositories["org/odd"] = files
    with pytest.raises(ModelUnusable, match=sentence):
        hub.download("org/odd", tmp_path, endpoint=little_hub.endpoint)
    assert not any(path.endswith(".safetensors") for path in little_hub.fetched)


def test_a_folder_that_cannot_be_written_is_named(little_hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(ModelUnusable, match=r"^'org/boats' cannot be kept in '.*/models': Not a directory\.$"):
        hub.download("org/boats", tmp_path / "models", endpoint=little_hub.endpoint)


def test_a_disk_without_room_is_noticed_before_the_weights_are_fetched(little_hub: Hub, tmp_path: Path) -> None:
    little_hub.claimed["org/boats"] = 2 * 10**17
    with pytest.raises(DiskFull, match=r"^'org/boats' needs 1000000000\.0 GB and the disk of '"):
        hub.download("org/boats", tmp_path, endpoint=little_hub.endpoint)
    assert little_hub.fetched == ["model_index.json"]
