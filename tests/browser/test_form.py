import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.wall import job, pictures, run
from tests.running import RunningServer


def test_vary_fills_the_form_and_leaves_the_seed_open(page: Page, studio: RunningServer) -> None:
    scheduler = "EulerDiscreteScheduler"
    studio.ask("a tall boat", seed=5, num_inference_steps=9, width=48, scheduler=scheduler)
    job(page, "a tall boat").get_by_role("button", name="Vary").click()
    expect(page.get_by_label("Prompt")).to_have_value("a tall boat")
    expect(page.get_by_label("Scheduler", exact=True)).to_have_value(scheduler)
    expect(page.get_by_label("Steps", exact=True)).to_have_value("9")
    expect(page.get_by_label("Width")).to_have_value("48")
    expect(page.get_by_label("Seed", exact=True)).to_have_value("")
    expect(page.get_by_label("Prompt")).to_be_focused()


def test_use_these_settings_gives_the_same_picture_again(page: Page, studio: RunningServer) -> None:
    studio.ask("a boat", seed=5)
    job(page, "a boat").get_by_role("button", name="Use these settings").click()
    expect(page.get_by_label("Seed", exact=True)).to_have_value("5")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(pictures(job(page, "a boat"))).to_have_count(2)
    expect(page.get_by_text("seed 5", exact=True)).to_have_count(2)


@pytest.mark.parametrize(
    ("label", "value", "sentence"),
    [
        ("Width", "2000", "Test card draws a width of 16 to 1024 pixels"),
        ("Seed", "many", "Seed has to be a whole number, not 'many'."),
        ("Prompt", " ", "Prompt is empty; say in a few words what the picture should show."),
    ],
)
def test_a_refused_value_is_told_beside_its_field(page: Page, label: str, value: str, sentence: str) -> None:
    page.get_by_label("Prompt").fill("a boat")
    field = page.get_by_label(label, exact=True)
    field.fill(value)
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text=sentence)).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("article")).to_have_count(0)


def test_a_field_left_empty_is_the_models_own_again(page: Page) -> None:
    steps = page.get_by_label("Steps", exact=True)
    steps.fill("9")
    steps.fill("")
    steps.blur()
    expect(steps).to_have_value("4")


def test_models_that_are_not_ready_yet_appear_by_themselves(page: Page, studio: RunningServer) -> None:
    early = re.sub(r"\[{.*?}\](?=</script>)", "[]", httpx.get(studio.url).text)
    page.route("/", lambda route: route.fulfill(body=early, content_type="text/html"), times=1)
    page.reload()
    expect(page.get_by_text("The drawing process is still starting.")).to_be_visible()
    expect(page.get_by_label("Model", exact=True)).to_have_value("testcard")


def test_each_field_explains_itself(page: Page) -> None:
    page.get_by_role("button", name="What is Steps?").click()
    expect(page.get_by_text("How often the picture is refined.")).to_be_visible()


def test_a_reload_keeps_the_form(page: Page) -> None:
    page.get_by_label("Prompt").fill("a boat")
    page.get_by_label("Steps", exact=True).fill("9")
    page.get_by_role("button", name="Landscape").click()
    page.reload()
    expect(page.get_by_label("Prompt")).to_have_value("a boat")
    expect(page.get_by_label("Steps", exact=True)).to_have_value("9")
    expect(page.get_by_role("button", name="Landscape")).to_have_attribute("aria-pressed", "true")


def test_the_keyboard_is_enough(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("a boat")
    page.keyboard.press("Control+Enter")
    expect(pictures(job(page, "a boat"))).to_have_count(1)
    page.get_by_label("Prompt").blur()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="One picture")).to_be_visible()
    page.keyboard.press("Escape")
    expect(pictures(job(page, "a boat"))).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_on_a_phone_run_is_at_the_thumb_and_nothing_scrolls_sideways(phone: Page) -> None:
    card = run(phone, "a boat " + "overlong" * 40)
    expect(pictures(card)).to_have_count(1)
    expect(phone.get_by_role("button", name="Run", exact=True)).to_be_in_viewport()
    assert phone.evaluate("document.documentElement.scrollWidth") == 390


def test_on_a_phone_the_settings_are_a_drawer_that_closes_on_run(phone: Page) -> None:
    steps = phone.get_by_label("Steps", exact=True)
    expect(steps).to_be_hidden()
    phone.get_by_role("button", name="Settings").click()
    expect(steps).to_be_visible()
    run(phone, "a boat")
    expect(steps).to_be_hidden()
