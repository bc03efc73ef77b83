"""A job's life in the database, with the in-memory fleet as the worker."""

import errno
import json
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from limner.server.accounts.queries import personal_owner
from limner.server.gallery import storage
from limner.server.gallery.models import Picture
from limner.server.jobs.conductor import Conductor
from limner.server.jobs.models import Job
from limner.testing.fleet import InMemoryFleet

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 30.0


class Studio:
    """A client of the API with a conductor behind it."""

    def __init__(self, fleet: InMemoryFleet) -> None:
        self.fleet = fleet
        self.conductor = Conductor(fleet)
        self.client = Client(headers={"host": "localhost"})

    def ask(self, prompt: str, **fields: Any) -> dict[str, Any]:
        answer = self.post({"kind": "text-to-image", "prompt": prompt, "model": "testcard", **fields})
        assert answer.status_code == 202, answer.content
        return dict(answer.json())

    def post(self, body: object, **headers: str) -> Any:
        return self.client.post("/api/v1/jobs", json.dumps(body), content_type="application/json", headers=headers)

    def job(self, id_: str) -> dict[str, Any]:
        return dict(self.client.get(f"/api/v1/jobs/{id_}").json())

    def until(self, id_: str, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the job's snapshot as soon as it is as wanted."""
        deadline = time.monotonic() + PATIENCE_S
        while not wanted(job := self.job(id_)):
            assert time.monotonic() < deadline, job
        return job

    def finished(self, id_: str) -> dict[str, Any]:
        return self.until(id_, lambda job: job["state"] in {"succeeded", "failed", "cancelled"})


@pytest.fixture
def studio() -> Iterator[Studio]:
    studio = Studio(InMemoryFleet())
    studio.conductor.start()
    assert studio.conductor.wait_ready(PATIENCE_S)
    yield studio
    studio.conductor.stop()


SLOW = "a boat [step=0.05]"


def _files() -> set[Path]:
    return {path for path in settings.CONFIG.files.rglob("*") if path.is_file()}


def test_a_prompt_becomes_pictures(studio: Studio) -> None:
    job = studio.finished(studio.ask("a boat", num_images=2, seed=7)["id"])
    assert job["state"] == "succeeded"
    assert job["progress"] == {"step": 8, "total": 8}
    assert [picture["seed"] for picture in job["pictures"]] == [7, 8]
    assert studio.client.get(job["pictures"][0]["url"]).content.startswith(b"\x89PNG")
    assert studio.client.get(job["pictures"][0]["thumbnail_url"]).content.startswith(b"RIFF")


def test_a_new_seed_is_drawn_and_told(studio: Studio) -> None:
    first, second = (studio.ask("a boat")["request"]["seed"] for _ in range(2))
    assert first != second


def test_places_count_those_that_wait(studio: Studio) -> None:
    running = studio.ask(SLOW, num_inference_steps=500)["id"]
    studio.until(running, lambda job: job["state"] == "running")
    waiting = [studio.ask("a boat")["id"] for _ in range(3)]
    assert [studio.job(id_)["place"] for id_ in (running, *waiting)] == [None, 1, 2, 3]
    studio.client.post(f"/api/v1/jobs/{waiting[0]}/cancel")
    assert [studio.job(id_)["place"] for id_ in waiting] == [None, 1, 2]


def test_a_waiting_job_that_is_cancelled_never_starts(studio: Studio) -> None:
    running = studio.ask(SLOW, num_inference_steps=500)["id"]
    waiting = studio.ask("a boat")["id"]
    assert studio.client.post(f"/api/v1/jobs/{waiting}/cancel").json()["state"] == "cancelled"
    studio.client.post(f"/api/v1/jobs/{running}/cancel")
    studio.finished(running)
    assert studio.finished(studio.ask("a house")["id"])["state"] == "succeeded"
    assert studio.job(waiting)["started_at"] is None


def test_a_running_job_that_is_cancelled_stops(studio: Studio) -> None:
    id_ = studio.ask(SLOW, num_inference_steps=500)["id"]
    studio.until(id_, lambda job: job["progress"]["step"] > 0)
    studio.client.post(f"/api/v1/jobs/{id_}/cancel")
    assert studio.finished(id_)["state"] == "cancelled"


def test_cancelling_a_finished_job_changes_nothing(studio: Studio) -> None:
    done = studio.finished(studio.ask("a boat")["id"])
    assert studio.client.post(f"/api/v1/jobs/{done['id']}/cancel").json() == done


def test_a_failed_job_says_why_and_the_next_one_runs(studio: Studio) -> None:
    failed = studio.finished(studio.ask("[oom]")["id"])
    assert failed["state"] == "failed"
    assert failed["error"]["code"] == "out_of_memory"
    assert studio.finished(studio.ask("a boat")["id"])["state"] == "succeeded"


def test_a_job_whose_worker_dies_runs_again(studio: Studio) -> None:
    id_ = studio.ask(SLOW, num_inference_steps=20)["id"]
    studio.until(id_, lambda job: job["progress"]["step"] > 0)
    studio.fleet.kill()
    assert studio.finished(id_)["state"] == "succeeded"
    assert Job.objects.get(public_id=id_).losses == 1


def test_a_job_that_kills_three_workers_fails_with_the_reason(studio: Studio) -> None:
    id_ = studio.ask(SLOW, num_inference_steps=500)["id"]
    for losses in range(3):
        studio.until(id_, lambda job: job["progress"]["step"] > 0)
        assert Job.objects.get(public_id=id_).losses == losses
        studio.fleet.kill()
        studio.until(id_, lambda job: job["state"] != "running" or job["progress"]["step"] == 0)
    failed = studio.finished(id_)
    assert (failed["state"], failed["error"]["code"]) == ("failed", "worker_lost")
    assert "killed" in failed["error"]["message"]


def test_jobs_survive_a_restart(studio: Studio) -> None:
    running = studio.ask("a boat [step=0.2]", num_inference_steps=8)["id"]
    waiting = studio.ask("a house")["id"]
    studio.until(running, lambda job: job["state"] == "running")
    studio.conductor.stop()
    again = Conductor(InMemoryFleet())
    again.start()
    try:
        assert studio.finished(running)["state"] == "succeeded"
        assert studio.finished(waiting)["state"] == "succeeded"
        assert Job.objects.get(public_id=running).losses == 0
    finally:
        again.stop()


def test_the_same_idempotency_key_makes_one_job(studio: Studio) -> None:
    body = {"kind": "text-to-image", "prompt": "a boat", "model": "testcard"}
    key = {"Idempotency-Key": "k1"}
    first, second = studio.post(body, **key), studio.post(body, **key)
    assert first.json()["id"] == second.json()["id"]
    other = studio.post({**body, "prompt": "a house"}, **key)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "conflict")
    assert Job.objects.count() == 1


def test_deleting_a_job_removes_its_files(studio: Studio) -> None:
    before = _files()
    done = studio.finished(studio.ask("a boat", num_images=2)["id"])
    assert len(_files() - before) == 4
    assert studio.client.delete(f"/api/v1/jobs/{done['id']}").status_code == 204
    assert _files() == before
    assert studio.client.get(f"/api/v1/jobs/{done['id']}").status_code == 404
    assert studio.client.get(done["pictures"][0]["url"]).status_code == 404


def test_deleting_a_running_job_stops_it(studio: Studio) -> None:
    id_ = studio.ask(SLOW, num_inference_steps=500)["id"]
    studio.until(id_, lambda job: job["progress"]["step"] > 0)
    assert studio.client.delete(f"/api/v1/jobs/{id_}").status_code == 204
    assert studio.finished(studio.ask("a house")["id"])["state"] == "succeeded"


def test_deleting_one_picture_leaves_the_others(studio: Studio) -> None:
    done = studio.finished(studio.ask("a boat", num_images=2)["id"])
    first, second = done["pictures"]
    assert studio.client.delete(f"/api/v1/pictures/{first['id']}").status_code == 204
    assert [picture["id"] for picture in studio.job(done["id"])["pictures"]] == [second["id"]]
    assert studio.client.get(first["url"]).status_code == 404


def test_a_full_disk_fails_the_job_and_the_next_one_runs(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _files()

    def full(path: Path, _: bytes) -> int:
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(Path, "write_bytes", full)
        failed = studio.finished(studio.ask("a boat")["id"])
    assert failed["error"]["code"] == "disk_full"
    assert _files() == before
    assert studio.finished(studio.ask("a boat")["id"])["state"] == "succeeded"


def test_a_picture_that_cannot_be_written_fails_its_job(studio: Studio, tmp_path: Path) -> None:
    folder = settings.CONFIG.files / "pictures"
    folder.parent.mkdir(exist_ok=True)
    if folder.exists():
        folder.rename(tmp_path / "pictures")
    folder.touch()
    try:
        failed = studio.finished(studio.ask("a boat")["id"])
    finally:
        folder.unlink()
    assert (failed["state"], failed["error"]["code"]) == ("failed", "storage_failed")


def test_a_finished_job_tells_how_long_the_next_will_take(studio: Studio) -> None:
    studio.finished(studio.ask("a boat [step=0.1]", num_inference_steps=5)["id"])
    running = studio.ask("a boat [step=0.1]", num_inference_steps=10)
    assert 0.8 < running["eta_s"] < 3


def test_pages_of_jobs_follow_each_other(studio: Studio) -> None:
    asked = [studio.finished(studio.ask(f"boat {n}")["id"])["id"] for n in range(5)]
    seen: list[str] = []
    before = ""
    while True:
        page = studio.client.get(f"/api/v1/jobs?limit=2{before}").json()
        seen += [job["id"] for job in page["jobs"]]
        if page["next"] is None:
            break
        before = f"&before={page['next']}"
    assert seen == asked[::-1]


def test_a_page_goes_on_behind_a_job_that_was_deleted(studio: Studio) -> None:
    asked = [studio.finished(studio.ask(f"boat {n}")["id"])["id"] for n in range(4)]
    page = studio.client.get("/api/v1/jobs?limit=2").json()
    studio.client.delete(f"/api/v1/jobs/{page['next']}")
    rest = studio.client.get(f"/api/v1/jobs?limit=2&before={page['next']}").json()
    assert [job["id"] for job in rest["jobs"]] == asked[1::-1]


def test_somebody_elses_things_do_not_exist(studio: Studio) -> None:
    done = studio.finished(studio.ask("a boat")["id"])
    owner = personal_owner()
    type(owner).objects.filter(pk=owner.pk).update(username="somebody else")
    for url in (f"/api/v1/jobs/{done['id']}", done["pictures"][0]["url"], f"/api/v1/pictures/{uuid.uuid4()}"):
        answer = studio.client.get(url)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert studio.client.delete(f"/api/v1/jobs/{done['id']}").status_code == 404
    assert Picture.objects.count() == 1
    assert storage.read("pictures", uuid.UUID(done["pictures"][0]["id"]))
