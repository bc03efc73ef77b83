"""Whatever is thrown at the real server: a 4xx with a sentence, nothing stored, and the next one is served."""

import io
import json
import socket
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.running import RunningServer

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(autouse=True)
def unharmed(server: RunningServer) -> Iterator[None]:
    """Nothing is stored by what is refused, and the server still serves."""
    before = server.client.get("/api/v1/jobs").json()["jobs"]
    files = sum(path.is_file() for path in (server.home / "files").rglob("*"))
    yield
    assert server.client.get("/api/v1/jobs").json()["jobs"] == before
    assert sum(path.is_file() for path in (server.home / "files").rglob("*")) == files
    assert "Traceback" not in server.log.read_text()


def _refused(answer: httpx.Response, status: int, field: str | None) -> None:
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "field"}
    assert error["field"] == field
    assert error["message"].endswith(".")
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"prompt": ""}, "prompt"),
        ({"prompt": "x" * 10_001}, "prompt"),
        ({"prompt": "bell \u0007"}, "prompt"),
        ({"width": 7}, "width"),
        ({"width": 100_000}, "width"),
        ({"width": 2048}, "width"),
        ({"num_inference_steps": 0}, "num_inference_steps"),
        ({"num_inference_steps": 10_000}, "num_inference_steps"),
        ({"scheduler": "Magic"}, "scheduler"),
        ({"model": "nowhere"}, "model"),
        ({"model": "../../etc/passwd"}, "model"),
        ({"model": 5}, "model"),
        ({"seed": 1e400}, "seed"),
        ({"colour": "red"}, "colour"),
        ({"kind": "sculpture"}, "kind"),
    ],
)
def test_a_wrong_field_is_named(server: RunningServer, wrong: dict[str, Any], field: str) -> None:
    body = {"kind": "text-to-image", "prompt": "a boat", "model": "testcard", **wrong}
    _refused(server.client.post("/api/v1/jobs", content=json.dumps(body)), 422, field)


def test_not_a_number_is_no_guidance(server: RunningServer) -> None:
    body = '{"kind": "text-to-image", "prompt": "a boat", "model": "testcard", "guidance_scale": NaN}'
    _refused(server.client.post("/api/v1/jobs", content=body), 422, "guidance_scale")


@pytest.mark.parametrize(
    "body", [b"", b"prompt=a+boat", b"{", b"\xff\xfe", b"[" * 100_000, b"9" * 10_000, b"null", b"[]", b'"text"']
)
def test_a_body_that_is_no_json_object_is_refused(server: RunningServer, body: bytes) -> None:
    _refused(server.client.post("/api/v1/jobs", content=body), 422, None)


def test_200_megabytes_are_refused_before_they_are_read(server: RunningServer) -> None:
    host, _, port = server.url.removeprefix("http://").partition(":")
    head = f"POST /api/v1/jobs HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: {200 * 2**20}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        raw.sendall(head.encode())
        assert raw.recv(4096).startswith(b"HTTP/1.1 413")


def test_a_body_that_grows_without_saying_so_is_refused(server: RunningServer) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(200):
            yield b" " * 2**20

    try:
        answer = server.client.post("/api/v1/jobs", content=endless())
    except httpx.WriteError:  # the server closed the connection on us, which is as good
        return
    _refused(answer, 413, "body")


def test_an_unknown_address_is_a_404_in_the_same_shape(server: RunningServer) -> None:
    _refused(server.client.get("/api/v1/nothing"), 404, None)
    _refused(server.client.get("/api/v1/jobs/not-an-id"), 404, None)
    _refused(server.client.get("/api/v1/jobs/00000000-0000-4000-8000-000000000000"), 404, None)
    _refused(server.client.get("/api/v1/pictures/00000000-0000-4000-8000-000000000000.png"), 404, None)
    _refused(server.client.get("/api/v1/jobs/00000000-0000-4000-8000-000000000000/events"), 404, None)


def test_a_method_that_is_not_offered_gets_the_same_shape(server: RunningServer) -> None:
    answer = server.client.put("/api/v1/jobs", json={})
    _refused(answer, 405, None)
    assert set(answer.headers["allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize("query", ["limit=0", "limit=1000", "limit=x", "before=x"])
def test_a_wrong_page_is_refused(server: RunningServer, query: str) -> None:
    _refused(server.client.get(f"/api/v1/jobs?{query}"), 422, query.partition("=")[0])


def test_an_idempotency_key_has_a_limit(server: RunningServer) -> None:
    body = {"kind": "text-to-image", "prompt": "a boat", "model": "testcard"}
    answer = server.client.post("/api/v1/jobs", json=body, headers={"Idempotency-Key": "k" * 201})
    _refused(answer, 422, "Idempotency-Key")


@pytest.mark.parametrize(
    "path", ["/../../etc/passwd", "/static/../settings.py", "/static/%2e%2e/settings.py", "/%00"]
)
def test_no_path_leads_out(server: RunningServer, path: str) -> None:
    answer = server.client.get(path)
    assert answer.status_code in {400, 404}
    assert "SECRET" not in answer.text


def _huge_png() -> bytes:
    """A PNG whose header says 50,000 x 50,000."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def _cut_jpeg() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((64, 64), 50).save(file, "JPEG")
    return file.getvalue()[:400]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 422),
        (b"hello", 422),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 422),
        (b"\x89PNG\r\n\x1a\n", 422),
        (_cut_jpeg(), 422),
        (_huge_png(), 413),
    ],
    ids=["empty", "text", "svg", "png head only", "cut jpeg", "huge png"],
)
def test_what_is_no_picture_is_no_upload(server: RunningServer, data: bytes, status: int) -> None:
    _refused(server.client.post("/api/v1/uploads", files={"file": ("a.png", data)}), status, "file")


def test_a_form_without_a_boundary_is_no_upload(server: RunningServer) -> None:
    headers = {"Content-Type": "multipart/form-data"}
    _refused(server.client.post("/api/v1/uploads", content=b"x", headers=headers), 422, "file")


def test_an_upload_needs_its_file(server: RunningServer) -> None:
    _refused(server.client.post("/api/v1/uploads", data={"file": "text"}), 422, "file")


ELSEWHERE = "https://elsewhere.example"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ELSEWHERE},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_page_elsewhere_cannot_spend_this_machine(server: RunningServer, headers: dict[str, str]) -> None:
    body = {"kind": "text-to-image", "prompt": "a boat", "model": "testcard"}
    _refused(server.client.post("/api/v1/jobs", json=body, headers=headers), 403, None)
    files = {"file": ("a.png", b"x")}
    _refused(server.client.post("/api/v1/uploads", files=files, headers=headers), 403, None)


@pytest.mark.parametrize("host", ["elsewhere.example", "127.0.0.1.elsewhere.example", "0.0.0.0", ""])
def test_a_host_name_that_was_made_to_point_here_is_refused(server: RunningServer, host: str) -> None:
    assert server.client.get("/", headers={"Host": host}).status_code == 400
    assert server.client.get("/api/v1/jobs", headers={"Host": host}).status_code == 400
