from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.wall import job, pictures, run
from tests.running import RunningServer

_LOST = "The connection to the server is lost."


@pytest.fixture
def studio(browser: Browser, tmp_path: Path) -> Iterator[RunningServer]:
    """A studio of this test's own, to be stopped."""
    del browser
    with RunningServer(tmp_path / "home") as studio:
        yield studio


def test_a_lost_connection_is_told_and_heals_by_itself(page: Page, studio: RunningServer) -> None:
    card = run(page, "a boat [step=1]")
    expect(card).to_contain_text("Step")
    studio.stop()
    expect(page.get_by_text(_LOST)).to_be_visible()
    unsent = run(page, "written meanwhile")
    expect(unsent).to_contain_text("Not sent yet")
    studio.start()
    expect(page.get_by_text(_LOST)).to_be_hidden()
    expect(pictures(card)).to_have_count(1)
    expect(pictures(unsent)).to_have_count(1)
    expect(page.get_by_role("article")).to_have_count(2)


def test_what_was_deleted_meanwhile_is_gone_after_reconnecting(page: Page, studio: RunningServer) -> None:
    studio.ask("kept")
    studio.ask("gone")
    expect(pictures(job(page, "gone"))).to_have_count(1)
    studio.stop()
    expect(page.get_by_text(_LOST)).to_be_visible()
    page.context.set_offline(True)
    studio.start()
    studio.empty()
    page.context.set_offline(False)
    expect(job(page, "gone")).to_have_count(0)
