"""The reference names everything there is, and links lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from limner.cli.app import app
from limner.config import PREFIX, Config
from limner.contracts import fault
from limner.server.errors import OURS, STATUS

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\]\(([^)#\s]+\.md)(?:#[^)]*)?\)")


def headings(page: str) -> set[str]:
    lines = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8").splitlines()
    return {line.removeprefix("## ") for line in lines if line.startswith("## ")}


def commands(group: object, path: str) -> Iterator[str]:
    for name, command in getattr(group, "commands", {}).items():
        yield f"{path} {name}"
        yield from commands(command, f"{path} {name}")


def test_every_setting_has_a_heading_and_no_other_does() -> None:
    settings = {PREFIX + name.upper() for name in Config.model_fields}
    assert {heading for heading in headings("settings.md") if heading.startswith(PREFIX)} == settings


def test_every_command_has_a_heading_and_no_other_does() -> None:
    assert headings("commands.md") == set(commands(typer.main.get_command(app), "limner"))


def test_every_fault_code_is_in_the_api_reference() -> None:
    kinds = [kind for kind in vars(fault).values() if isinstance(kind, type) and issubclass(kind, fault.Fault)]
    codes = {kind.code for kind in kinds} | {OURS.code, "bad_request", *STATUS}
    text = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    assert codes <= set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))


def test_every_status_is_as_the_api_reference_says() -> None:
    text = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    said = dict(re.findall(r"^\| `(\w+)` \| (\d{3}) \|", text, re.MULTILINE))
    assert {code: said[code] for code in STATUS} == {code: str(status) for code, status in STATUS.items()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = [link for link in _LINK.findall(page.read_text(encoding="utf-8")) if not link.startswith("http")]
    assert [link for link in links if not (page.parent / link).is_file()] == []
