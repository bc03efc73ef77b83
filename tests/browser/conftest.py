import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.running import RunningServer

_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

expect.set_options(timeout=30_000)


@pytest.fixture(scope="package")
def browser(require: Callable[[str], None]) -> Iterator[Browser]:
    require("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def running_studio(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    del browser  # where there is none, no server need start
    with RunningServer(tmp_path_factory.mktemp("browser") / "home") as studio:
        yield studio


@pytest.fixture
def studio(running_studio: RunningServer) -> RunningServer:
    """The studio, with nothing in it."""
    running_studio.empty()
    return running_studio


@pytest.fixture
def context(browser: Browser, studio: RunningServer) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=studio.url, viewport={"width": 1440, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """The studio page at 1440 px; a script error or something its policy forbids fails the test."""
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if _is_wrong(message) else None)
    page.goto("/")
    expect(page.get_by_role("main")).to_have_attribute("aria-busy", "false")
    yield page
    assert not wrong


def _is_wrong(message: ConsoleMessage) -> bool:
    return message.type == "warning" or "Content Security Policy" in message.text


@pytest.fixture
def phone(page: Page) -> Page:
    """The same page at 390 px."""
    page.set_viewport_size({"width": 390, "height": 844})
    return page
