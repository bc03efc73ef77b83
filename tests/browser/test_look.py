import re
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.wall import pictures, run


def _colour(locator: Locator, name: str) -> tuple[float, float, float]:
    computed = locator.evaluate("(element, name) => getComputedStyle(element)[name]", name)
    red, green, blue = (int(part) / 255 for part in re.findall(r"\d+", computed)[:3])
    return red, green, blue


def _luminance(colour: tuple[float, float, float]) -> float:
    """WCAG 2.2, relative luminance."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(text: Locator, ground: Locator) -> float:
    one, two = _luminance(_colour(text, "color")), _luminance(_colour(ground, "backgroundColor"))
    return (max(one, two) + 0.05) / (min(one, two) + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read_in_both_themes(page: Page, theme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    card = run(page, "a boat")
    expect(pictures(card)).to_have_count(1)
    body, run_button = page.locator("body"), page.get_by_role("button", name="Run", exact=True)
    assert _contrast(card.get_by_role("heading"), body) >= 4.5
    assert _contrast(card.locator(".status").first, body) >= 4.5
    assert _contrast(run_button, run_button) >= 4.5


def test_the_chosen_theme_outlives_a_reload(page: Page) -> None:
    toggle = page.get_by_role("button", name="colours")
    toggle.click()
    toggle.click()
    expect(toggle).to_contain_text("Dark")
    page.reload()
    expect(page.locator("body")).to_have_css("background-color", "rgb(28, 27, 25)")
    expect(toggle).to_contain_text("Dark")
