"""A disk that is really full: a small file system in memory, filled to the brim."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import RunningServer

MEGABYTE = 1024 * 1024
LEFT_OVER = 96 * 1024
"""Room for a row, and none for a picture of noise."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system needs root")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def _fill(disk: Path, left_over: int) -> None:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            pass
        file.truncate(file.tell() - left_over)


def test_a_picture_that_does_not_fit_fails_its_job_and_the_next_one_runs(small_disk: Path) -> None:
    with RunningServer(small_disk / "home") as server:
        _fill(small_disk, LEFT_OVER)
        large = server.finished(server.ask("x" * 9000, width=1024, height=1024, num_images=16)["id"])
        (small_disk / "ballast").unlink()
        small = server.finished(server.ask("a boat")["id"])
    assert (large["state"], large["error"]["code"]) == ("failed", "disk_full")
    assert small["state"] == "succeeded"
    assert not list(small_disk.rglob("*.part"))


def test_a_request_that_cannot_be_stored_is_refused_and_nothing_is_lost(small_disk: Path) -> None:
    with RunningServer(small_disk / "home") as server:
        done = server.finished(server.ask("a boat")["id"])
        running = server.ask("a boat [step=0.5]", num_inference_steps=4)
        while server.client.get(f"/api/v1/jobs/{running['id']}").json()["state"] != "running":
            pass
        _fill(small_disk, 0)
        answers = [server.client.post("/api/v1/jobs", json=_body()) for _ in range(20)]
        refused = [answer for answer in answers if answer.status_code != 202]
        assert {answer.status_code for answer in refused} == {507}
        assert {answer.json()["error"]["code"] for answer in refused} == {"disk_full"}
        assert server.client.get(done["pictures"][0]["url"]).status_code == 200
        (small_disk / "ballast").unlink()
        assert server.finished(server.ask("a house")["id"])["state"] == "succeeded"
        assert server.finished(running["id"])["state"] in {"succeeded", "failed"}


def _body() -> dict[str, str]:
    return {"kind": "text-to-image", "model": "testcard", "prompt": "x" * 9000}
