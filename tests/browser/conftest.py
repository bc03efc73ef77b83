import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

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
_STOP_S = 20

expect.set_options(timeout=10_000)


class Studio:
    """A real ``limner serve`` with the test card, in a folder of its own."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> None:
        """Start it and wait for its address; a second start takes the port of the first."""
        port = self.url.rpartition(":")[2] or "0"
        environment = os.environ | {
            "LIMNER_HOME": str(self._home),
            "LIMNER_PORT": port,
            "LIMNER_ENGINES": "testcard",
            "PYTHONUNBUFFERED": "1",
        }
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        command = [sys.executable, "-c", "from limner.cli import main; main()", "serve"]
        with (self._home / "serve.log").open("a") as log:
            self._process = subprocess.Popen(
                command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True, cwd=self._home
            )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            address = re.search(r"http://\S+", line)
            if address:
                self.url = address[0]
                return
        pytest.fail((self._home / "serve.log").read_text())

    def stop(self) -> None:
        if self._process is not None and self._process.stdout is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.stdout.close()
            self._process.wait(_STOP_S)
            self._process = None

    def submit(self, prompt: str, **settings: object) -> str:
        """Ask over the API, as another client would, and return the job's id."""
        request = {"kind": "text-to-image", "model": "testcard", "prompt": prompt, **settings}
        answer = httpx.post(f"{self.url}/api/v1/jobs", json=request).raise_for_status()
        return str(answer.json()["id"])

    def empty(self) -> None:
        """Delete every job."""
        for job in httpx.get(f"{self.url}/api/v1/jobs?limit=100").raise_for_status().json()["jobs"]:
            httpx.delete(f"{self.url}/api/v1/jobs/{job['id']}").raise_for_status()


@pytest.fixture(scope="session")
def browser(require: Callable[[str], None]) -> Iterator[Browser]:
    require("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def running_studio(browser: Browser) -> Iterator[Studio]:
    del browser  # where there is none, no server need start
    with tempfile.TemporaryDirectory(prefix="limner-browser-") as home:
        studio = Studio(Path(home))
        studio.start()
        yield studio
        studio.stop()


@pytest.fixture
def studio(running_studio: Studio) -> Studio:
    """The studio, with nothing in it."""
    running_studio.empty()
    return running_studio


@pytest.fixture
def context(browser: Browser, studio: Studio) -> Iterator[BrowserContext]:
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
