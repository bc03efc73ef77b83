"""Where tests collect what a fleet says, and wait for it."""

import threading
import time
from collections.abc import Callable

from limner.contracts.event import FINAL, FleetEvent
from limner.fleet.base import Delivery

PATIENCE_S = 60.0


class Inbox:
    """Called as a fleet's ``deliver``."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self._news = threading.Condition()

    def __call__(self, delivery: Delivery) -> None:
        with self._news:
            self.deliveries.append(delivery)
            self._news.notify_all()

    @property
    def events(self) -> list[FleetEvent]:
        return [delivery.event for delivery in self.deliveries]

    def wait_for(self, wanted: Callable[[FleetEvent], bool], count: int = 1) -> list[Delivery]:
        """Return the first *count* deliveries whose event is wanted, as soon as they are there."""
        deadline = time.monotonic() + PATIENCE_S
        with self._news:
            while True:
                found = [delivery for delivery in self.deliveries if wanted(delivery.event)]
                if len(found) >= count:
                    return found[:count]
                if not self._news.wait(deadline - time.monotonic()):
                    kinds = sorted({type(event).__name__ for event in self.events})
                    raise TimeoutError(f"not heard within {PATIENCE_S:g} s; heard {kinds}")

    def kind(self, kind: type, count: int = 1) -> list[Delivery]:
        return self.wait_for(lambda event: isinstance(event, kind), count)

    def final(self, job_id: str) -> FleetEvent:
        return self.wait_for(lambda event: isinstance(event, FINAL) and event.job_id == job_id)[0].event
