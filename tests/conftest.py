import os
import shutil
import socket
from collections.abc import Callable

import pytest

_PORTS = {"redis": 6379, "postgresql": 5432}


def _is_here(service: str) -> bool:
    if service not in _PORTS:
        return shutil.which(service) is not None
    try:
        socket.create_connection(("127.0.0.1", _PORTS[service]), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="session")
def require() -> Callable[[str], None]:
    """Skip without a service on a laptop; fail without it where LIMNER_TEST_REQUIRE names it."""

    def check(service: str) -> None:
        if _is_here(service):
            return
        if service in os.environ.get("LIMNER_TEST_REQUIRE", "").split(","):
            pytest.fail(f"{service} is required here and is missing")
        pytest.skip(f"{service} is not on this machine")

    return check
