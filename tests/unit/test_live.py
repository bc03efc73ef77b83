import asyncio
import threading
import uuid
from typing import Any

from limner.server.jobs.live import Hub, Live


async def _take(messages: Any, count: int) -> list[Any]:
    return [await anext(messages) for _ in range(count)]


async def test_what_a_thread_publishes_reaches_the_subscriber() -> None:
    hub = Hub()
    subscription = hub.subscribe(1)
    threading.Thread(target=hub.publish, args=(1, "job a", {"n": 1})).start()
    assert await asyncio.wait_for(anext(subscription.messages()), 10) == {"n": 1}


async def test_a_slow_reader_gets_the_latest_of_each_subject_in_order() -> None:
    hub = Hub()
    subscription = hub.subscribe(1)
    for subject, number in (("a", 1), ("b", 2), ("a", 3)):
        hub.publish(1, subject, {"n": number})
    await asyncio.sleep(0)
    assert await _take(subscription.messages(), 2) == [{"n": 2}, {"n": 3}]


async def test_nobody_hears_of_somebody_elses_jobs() -> None:
    hub = Hub()
    mine, yours = hub.subscribe(1), hub.subscribe(2)
    hub.publish(2, "job", {"n": 1})
    assert await anext(yours.messages(idle_s=10)) == {"n": 1}
    assert await anext(mine.messages(idle_s=0.01)) is None


async def test_nothing_is_sent_after_the_end() -> None:
    hub = Hub()
    subscription = hub.subscribe(1)
    assert hub.watched(1)
    hub.unsubscribe(1, subscription)
    assert not hub.watched(1)


def test_time_left_is_known_after_the_first_step_and_not_while_loading() -> None:
    hub = Hub()
    job = uuid.uuid4()
    hub.progress(job, 0, 10, "loading")
    assert hub.live(job) is not None
    assert _left(hub, job) is None
    hub.progress(job, 1, 10, "drawing")
    assert _left(hub, job) is None
    hub.progress(job, 6, 10, "drawing")
    left = _left(hub, job)
    assert left is not None
    assert left >= 0


def test_time_left_goes_by_the_speed_so_far() -> None:
    live = Live(step=5, total=20, first_step=0)
    live.first_at -= 10
    assert round(live.seconds_left() or 0) == 30


def _left(hub: Hub, job: uuid.UUID) -> float | None:
    live = hub.live(job)
    assert live is not None
    return live.seconds_left()
