"""The pytest plugin: fixtures for whoever tests something that talks to Limner."""

from collections.abc import Iterator

import pytest

from limner.testing.fleet import InMemoryFleet


@pytest.fixture
def memory_fleet() -> Iterator[InMemoryFleet]:
    """Give a fleet of one worker in this process that draws test cards; start it with what should hear it."""
    fleet = InMemoryFleet()
    yield fleet
    fleet.stop()
