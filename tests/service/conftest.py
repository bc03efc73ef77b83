from collections.abc import Iterator

import pytest

from tests.running import RunningServer


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server for all tests that leave it as they found it."""
    with RunningServer(tmp_path_factory.mktemp("home")) as running:
        yield running
