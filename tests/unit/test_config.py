from pathlib import Path

import pytest

from limner.config import Config
from limner.contracts.fault import InvalidField


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    config = Config.from_environment(
        {
            "LIMNER_HOME": str(tmp_path),
            "LIMNER_PORT": "9000",
            "LIMNER_ENGINES": "testcard, diffusion",
            "HOME": "/x",
        }
    )
    assert (config.home, config.port, config.engines) == (tmp_path, 9000, ("testcard", "diffusion"))


def test_an_empty_variable_counts_as_not_set() -> None:
    assert Config.from_environment({"LIMNER_PORT": ""}).port == 8480


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_this_machine_may_listen_to_itself(host: str) -> None:
    assert Config.from_environment({"LIMNER_HOST": host}).host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "limner.example"])
def test_other_machines_are_refused_in_a_sentence(host: str) -> None:
    with pytest.raises(InvalidField) as caught:
        Config.from_environment({"LIMNER_HOST": host})
    assert caught.value.field == "LIMNER_HOST"
    assert caught.value.message.startswith("LIMNER_HOST ")


def test_a_home_is_always_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Config.from_environment({"LIMNER_HOME": "data"}).home == tmp_path / "data"
    assert Config.from_environment({"LIMNER_HOME": "~/data"}).home == tmp_path / "data"
