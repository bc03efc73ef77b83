"""Models come, go, and do not always fit; the server goes on."""

from pathlib import Path

import pytest

from limner.testing.diffusion import make_stable_diffusion
from tests.running import RunningServer

pytest.importorskip("diffusers", reason="the engines extra is not installed")


def test_a_model_that_does_not_fit_fails_its_job_and_no_other(tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_stable_diffusion(home / "models" / "large", channels=(32, 64))
    settings = {"LIMNER_ENGINES": "testcard,diffusion", "LIMNER_MODEL_MEMORY_MB": "1"}
    with RunningServer(home, **settings) as server:
        failed = server.finished(server.ask("a boat", model="large")["id"])
        assert (failed["state"], failed["error"]["code"]) == ("failed", "out_of_memory")
        assert "large" in failed["error"]["message"]
        assert server.finished(server.ask("a boat")["id"])["state"] == "succeeded"


def test_a_model_that_is_put_into_the_folder_can_be_asked_for(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with RunningServer(home, LIMNER_ENGINES="testcard,diffusion") as server:
        make_stable_diffusion(tmp_path / "new")
        (home / "models").mkdir(exist_ok=True)
        (tmp_path / "new").rename(home / "models" / "new")
        while "new" not in [model["name"] for model in server.client.get("/api/v1/models").json()["models"]]:
            pass
        done = server.finished(server.ask("a boat", model="new")["id"])
        assert (done["state"], done["error"]) == ("succeeded", None)
