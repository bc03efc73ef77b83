import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.wall import job, pictures, run
from tests.running import RunningServer


def test_a_prompt_becomes_a_picture_with_its_seed_and_its_time(page: Page) -> None:
    page.get_by_label("Seed", exact=True).fill("77")
    card = run(page, "a red boat")
    expect(pictures(card)).to_have_count(1)
    expect(card).to_contain_text("seed 77")
    expect(card).to_contain_text(" s")
    picture = pictures(card).locator("img")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 64


def test_an_example_runs_on_click(page: Page) -> None:
    page.get_by_role("button", name="a red boat on the sea at sunset").click()
    expect(pictures(job(page, "a red boat on the sea at sunset"))).to_have_count(1)
    expect(page.get_by_text("What should be in your first picture?")).to_be_hidden()


def test_a_waiting_job_says_its_place_in_line(page: Page, studio: RunningServer) -> None:
    studio.ask("slow [step=5]")
    studio.ask("next")
    run(page, "second")
    expect(job(page, "next")).to_contain_text("Next in line")
    expect(job(page, "second")).to_contain_text("Second in line")
    expect(job(page, "slow")).to_contain_text("Starting")


def test_one_run_makes_one_card(page: Page) -> None:
    for prompt in ("one", "two", "three"):
        run(page, prompt)
    expect(page.locator("[data-state=succeeded]")).to_have_count(3)
    expect(page.get_by_role("article")).to_have_count(3)


def test_the_card_is_there_before_the_server_has_answered(page: Page) -> None:
    page.route("**/api/v1/jobs", lambda _: None)
    expect(run(page, "a boat")).to_contain_text("Sending")


def test_a_running_job_shows_its_step_and_the_picture_forming(page: Page, studio: RunningServer) -> None:
    studio.ask("a boat [step=0.2]", num_inference_steps=200)
    card = job(page, "a boat")
    expect(card).to_contain_text(re.compile(r"Step \d+ of 200"))
    expect(card).to_contain_text("s left")
    expect(card.get_by_role("progressbar")).to_have_attribute("aria-valuemax", "200")
    expect(card.locator(".preview")).to_be_visible()


def test_pictures_arrive_one_by_one_and_nothing_moves(page: Page, studio: RunningServer) -> None:
    studio.ask("four boats [step=0.5]", num_images=4, width=128, height=96)
    card = job(page, "four boats")
    expect(card).to_contain_text("Step")
    before = card.bounding_box()
    expect(pictures(card)).to_have_count(1)
    expect(card).to_have_attribute("data-job", card.get_attribute("data-job") or "")
    assert card.bounding_box() == before
    expect(pictures(card)).to_have_count(4)
    assert card.bounding_box() == before


def test_cancelling_stops_a_running_job(page: Page) -> None:
    card = run(page, "a boat [step=2]")
    expect(card).to_contain_text("Step")
    card.get_by_role("button", name="Cancel").click()
    expect(card).to_contain_text("Cancelled")
    expect(card).to_contain_text("You stopped this")


def test_a_failed_job_says_why_and_can_be_tried_again(page: Page) -> None:
    card = run(page, "a boat [oom]")
    expect(card).to_contain_text("There is not enough memory for this; a smaller size or fewer pictures may fit.")
    card.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("article", name="a boat [oom]")).to_have_count(2)


def test_a_reload_shows_the_same_truth(page: Page, studio: RunningServer) -> None:
    studio.ask("done")
    expect(pictures(job(page, "done"))).to_have_count(1)
    studio.ask("going on [step=0.8]", num_images=2)
    expect(job(page, "going on")).to_contain_text("Step")
    page.reload()
    expect(pictures(job(page, "done"))).to_have_count(1)
    expect(job(page, "going on")).to_contain_text("Step")
    expect(pictures(job(page, "going on"))).to_have_count(2)


def test_a_second_tab_follows(page: Page, context: BrowserContext) -> None:
    other = context.new_page()
    other.goto("/")
    card = run(other, "a boat [step=1]")
    expect(job(page, "a boat")).to_contain_text("Step")
    expect(pictures(job(page, "a boat"))).to_have_count(1)
    card.get_by_role("button", name="Delete").click()
    card.get_by_role("button", name="Yes, delete").click()
    expect(job(page, "a boat")).to_have_count(0)


def test_a_prompt_is_text_and_never_markup(page: Page) -> None:
    prompt = "<img src=x onerror='document.title=1'><script>document.title=1</script> {{ 1 }} a boat"
    card = run(page, prompt)
    expect(pictures(card)).to_have_count(1)
    expect(card.get_by_role("heading")).to_have_text(prompt)
    assert page.locator("article script, article h3 img").count() == 0


def test_older_jobs_come_when_the_page_is_scrolled(page: Page, studio: RunningServer) -> None:
    for number in range(34):
        studio.ask(f"boat number {number:02}")
    expect(pictures(job(page, "boat number 33"))).to_have_count(1)
    page.reload()
    expect(page.get_by_role("article")).to_have_count(30)
    page.keyboard.press("End")
    expect(job(page, "boat number 00")).to_be_attached()
    expect(page.get_by_role("article")).to_have_count(34)
