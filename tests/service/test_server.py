"""The real server, as a client sees it."""

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets
from PIL import Image

from limner.pictures.read import read_facts
from tests.running import RunningServer

SLOW = {"num_inference_steps": 500}


def _socket_url(server: RunningServer) -> str:
    return server.url.replace("http", "ws", 1) + "/ws/"


def test_a_picture_comes_in_three_forms_that_say_what_made_them(server: RunningServer) -> None:
    job = server.finished(server.ask("a boat, été 🚤", seed=3)["id"])
    for form in ("png", "jpg", "webp"):
        answer = server.client.get(f"/api/v1/pictures/{job['pictures'][0]['id']}.{form}")
        facts = read_facts(answer.content)
        assert facts is not None
        assert (facts.request.prompt, facts.seed) == ("a boat, été 🚤", 3)
        with Image.open(io.BytesIO(answer.content)) as image:
            assert image.get_format_mimetype() == answer.headers["content-type"]


def test_a_browser_asks_for_a_picture_once(server: RunningServer) -> None:
    url = server.finished(server.ask("a boat")["id"])["pictures"][0]["url"]
    first = server.client.get(url)
    again = server.client.get(url, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert server.client.head(url).headers["content-length"] == str(len(first.content))


@pytest.mark.parametrize(
    ("wanted", "begin", "end"), [("bytes=0-9", 0, 10), ("bytes=5-", 5, None), ("bytes=-7", -7, None)]
)
def test_a_part_of_a_picture_can_be_had(server: RunningServer, wanted: str, begin: int, end: int | None) -> None:
    url = server.finished(server.ask("a boat")["id"])["pictures"][0]["url"]
    whole = server.client.get(url).content
    part = server.client.get(url, headers={"Range": wanted})
    assert (part.status_code, part.content) == (206, whole[begin:end])
    assert part.headers["content-range"].endswith(f"/{len(whole)}")


@pytest.mark.parametrize("wanted", ["bytes=9999999-", "bytes=5-2", "bytes=-0"])
def test_a_part_that_is_not_there_is_a_416(server: RunningServer, wanted: str) -> None:
    url = server.finished(server.ask("a boat")["id"])["pictures"][0]["url"]
    assert server.client.get(url, headers={"Range": wanted}).status_code == 416


def test_a_picture_tells_its_request(server: RunningServer) -> None:
    job = server.finished(server.ask("a boat", seed=9)["id"])
    detail = server.client.get(f"/api/v1/pictures/{job['pictures'][0]['id']}").json()
    assert detail["facts"]["request"] == job["request"]
    assert detail["job"] == job["id"]


def test_an_upload_gets_an_id_and_loses_its_metadata(server: RunningServer) -> None:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010E] = "where I live"
    Image.new("RGB", (40, 20), "red").save(file, "JPEG", exif=exif)
    answer = server.client.post("/api/v1/uploads", files={"file": ("me.jpg", file.getvalue())})
    assert answer.status_code == 201
    assert (answer.json()["width"], answer.json()["height"]) == (20, 40)
    id_ = answer.json()["id"].replace("-", "")
    kept = next((server.home / "files" / "uploads").rglob(f"{id_}.png")).read_bytes()
    assert b"where I live" not in kept


def _events(server: RunningServer, id_: str, last: str | None = None) -> tuple[int, list[dict[str, Any]]]:
    headers = {"Last-Event-ID": last} if last else {}
    events: list[dict[str, Any]] = []
    with server.client.stream("GET", f"/api/v1/jobs/{id_}/events", headers=headers) as stream:
        event: dict[str, Any] = {}
        for line in stream.iter_lines():
            if line:
                name, _, value = line.partition(": ")
                event[name] = json.loads(value) if name == "data" else value
            elif event:
                events.append(event)
                event = {}
        return stream.status_code, events


def test_events_tell_a_job_to_its_end(server: RunningServer) -> None:
    _, events = _events(server, server.ask("a boat [step=0.05]", num_inference_steps=20)["id"])
    jobs = [event for event in events if event["event"] == "job"]
    assert jobs[-1]["data"]["state"] == "succeeded"
    assert [job["data"]["progress"]["step"] for job in jobs] == sorted(
        job["data"]["progress"]["step"] for job in jobs
    )
    assert any(event["event"] == "preview" for event in events)


def test_events_of_a_finished_job_end_at_once_and_for_good(server: RunningServer) -> None:
    id_ = server.finished(server.ask("a boat")["id"])["id"]
    status, events = _events(server, id_)
    assert (status, len(events)) == (200, 1)
    assert _events(server, id_, last=events[0]["id"]) == (204, [])
    assert len(_events(server, id_, last="something older")[1]) == 1


async def test_the_socket_begins_with_a_snapshot_and_tells_what_follows(server: RunningServer) -> None:
    before = await asyncio.to_thread(server.ask, "before")
    async with websockets.connect(_socket_url(server), origin=server.url) as socket:  # type: ignore[arg-type]
        snapshot = json.loads(await socket.recv())
        assert snapshot["type"] == "snapshot"
        assert before["id"] in [job["id"] for job in snapshot["jobs"]]
        asked = await asyncio.to_thread(server.ask, "a boat [step=0.02]")
        states = []
        async for text in socket:
            message = json.loads(text)
            if message["type"] == "job" and message["job"]["id"] == asked["id"]:
                states.append(message["job"]["state"])
                if states[-1] == "succeeded":
                    break
        assert states[0] in {"queued", "running"}


@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.example"}, {"Host": "elsewhere.example"}])
async def test_a_page_elsewhere_gets_no_socket(server: RunningServer, headers: dict[str, str]) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with websockets.connect(_socket_url(server), additional_headers=headers):
            pass
    assert refused.value.response.status_code == 403


async def test_a_socket_at_another_address_is_refused(server: RunningServer) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with websockets.connect(server.url.replace("http", "ws", 1) + "/nope"):
            pass
    assert refused.value.response.status_code == 403
    assert "Traceback" not in server.log.read_text()


def test_killing_the_server_in_the_middle_of_a_job_loses_nothing(tmp_path: Path) -> None:
    with RunningServer(tmp_path / "home") as server:
        running = server.ask("a boat [step=0.1]", num_inference_steps=20, seed=4)
        waiting = server.ask("a house", seed=5)
        while server.client.get(f"/api/v1/jobs/{running['id']}").json()["progress"]["step"] == 0:
            pass
        server.kill()
        server.start()
        for job in (running, waiting):
            done = server.finished(job["id"])
            assert done["state"] == "succeeded"
            assert done["request"] == job["request"]


def test_killing_the_child_in_the_middle_of_a_job_loses_nothing(tmp_path: Path) -> None:
    with RunningServer(tmp_path / "home") as server:
        job = server.ask("a boat [step=0.1]", num_inference_steps=20)
        while server.client.get(f"/api/v1/jobs/{job['id']}").json()["progress"]["step"] == 0:
            pass
        children = subprocess.run(
            ["pgrep", "-f", f"limner.fleet.child.*{tmp_path}"], capture_output=True, text=True, check=True
        )
        os.kill(int(children.stdout.split()[0]), signal.SIGKILL)
        assert server.finished(job["id"])["state"] == "succeeded"


def test_a_hung_job_fails_after_three_tries_and_the_next_one_runs(tmp_path: Path) -> None:
    with RunningServer(tmp_path / "home", LIMNER_STALL_S="0.5") as server:
        stalled = server.ask("[stall]")
        following = server.ask("a boat")
        failed = server.finished(stalled["id"])
        assert (failed["state"], failed["error"]["code"]) == ("failed", "worker_lost")
        assert server.finished(following["id"])["state"] == "succeeded"


def _serve(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "limner.cli", "serve"],
        env={**os.environ, "LIMNER_ENGINES": "testcard", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"LIMNER_HOST": "0.0.0.0"},
        {"LIMNER_HOST": "::"},
        {"LIMNER_HOST": "example.org"},
        {"LIMNER_PORT": "ninety"},
        {"LIMNER_PORT": "70000"},
        {"LIMNER_SLOTS": "0"},
        {"LIMNER_ENGINES": "magic"},
        {"LIMNER_DEVICE": "toaster"},
        {"LIMNER_TYPO": "1"},
        {"LIMNER_STALL_S": "nan"},
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(tmp_path: Path, wrong: dict[str, str]) -> None:
    said = _serve(LIMNER_HOME=str(tmp_path), **wrong)
    assert said.returncode == 2
    assert said.stderr.startswith(next(iter(wrong)))
    assert len(said.stderr.strip().splitlines()) == 1


def test_two_servers_do_not_share_a_data_folder(server: RunningServer) -> None:
    said = _serve(LIMNER_HOME=str(server.home), LIMNER_PORT="0")
    assert said.returncode == 1
    assert "Another Limner" in said.stderr


def test_a_port_that_is_taken_is_named(server: RunningServer, tmp_path: Path) -> None:
    port = server.url.rpartition(":")[2]
    said = _serve(LIMNER_HOME=str(tmp_path), LIMNER_PORT=port)
    assert said.returncode == 2
    assert port in said.stderr


def test_the_page_and_the_docs_come_from_here_alone(server: RunningServer) -> None:
    for path in ("/", "/api/docs"):
        answer = server.client.get(path)
        assert answer.status_code == 200
        assert "https://" not in answer.text
        assert "default-src 'self'" in answer.headers["content-security-policy"]
    schema = httpx.get(f"{server.url}/api/openapi.json").json()
    properties = schema["paths"]["/api/v1/jobs"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert properties["properties"]["prompt"]["maxLength"] == 10_000


def test_a_damaged_database_is_named_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "limner.sqlite3").write_bytes(b"this is no database, whatever its name says" * 100)
    said = _serve(LIMNER_HOME=str(tmp_path), LIMNER_PORT="0")
    assert said.returncode == 1
    assert "limner.sqlite3" in said.stderr
    assert len(said.stderr.strip().splitlines()) == 1


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = _serve(LIMNER_HOME=str(tmp_path / "file" / "home"), LIMNER_PORT="0")
    assert said.returncode == 1
    assert "file" in said.stderr
    assert len(said.stderr.strip().splitlines()) == 1


def test_a_module_in_the_folder_one_stands_in_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "PIL.py").write_text("import pathlib; pathlib.Path('run').touch(); raise SystemExit\n")
    monkeypatch.chdir(tmp_path)
    with RunningServer(tmp_path / "home") as server:
        assert server.finished(server.ask("a boat")["id"])["state"] == "succeeded"
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("host", ["127.0.0.2", "::1"])
def test_any_address_of_this_machine_can_be_listened_on(tmp_path: Path, host: str) -> None:
    with RunningServer(tmp_path / "home", LIMNER_HOST=host) as server:
        assert server.client.get("/api/v1/jobs").status_code == 200
