from playwright.sync_api import Locator, Page, expect

from tests.browser.wall import job, pictures
from tests.running import RunningServer


def _open(page: Page, studio: RunningServer) -> Locator:
    studio.ask("two boats", seed=7, num_images=2)
    both = pictures(job(page, "two boats"))
    expect(both).to_have_count(2)
    both.first.click()
    return page.get_by_role("dialog", name="One picture")


def test_a_picture_opens_large_with_what_made_it(page: Page, studio: RunningServer) -> None:
    dialog = _open(page, studio)
    expect(dialog.get_by_role("img", name="two boats")).to_be_visible()
    for fact in ("64 \N{MULTIPLICATION SIGN} 64", "DDIMScheduler", "Test card", "Steps"):
        expect(dialog).to_contain_text(fact)


def test_arrows_walk_from_picture_to_picture(page: Page, studio: RunningServer) -> None:
    dialog = _open(page, studio)
    page.keyboard.press("ArrowRight")
    expect(dialog).to_contain_text("2 / 2")
    expect(dialog.get_by_role("button", name="The next picture")).to_be_hidden()
    page.keyboard.press("ArrowLeft")
    expect(dialog).to_contain_text("1 / 2")


def test_plus_enlarges_and_zero_shows_the_whole(page: Page, studio: RunningServer) -> None:
    picture = _open(page, studio).get_by_role("img", name="two boats")
    page.keyboard.press("+")
    expect(picture).to_have_css("transform", "matrix(1.5, 0, 0, 1.5, 0, 0)")
    page.keyboard.press("0")
    expect(picture).to_have_css("transform", "none")


def test_a_picture_downloads_under_a_name_one_recognises(page: Page, studio: RunningServer) -> None:
    dialog = _open(page, studio)
    for form in ("PNG", "JPG", "WebP"):
        with page.expect_download() as download:
            dialog.get_by_role("link", name=form).click()
        assert download.value.suggested_filename == f"limner-two-boats-7.{form.lower()}"


def test_deleting_one_picture_leaves_the_others(page: Page, studio: RunningServer) -> None:
    dialog = _open(page, studio)
    dialog.get_by_role("button", name="Delete this picture").click()
    dialog.get_by_role("button", name="Yes, delete").click()
    expect(dialog).to_contain_text("1 / 1")
    expect(dialog).to_contain_text("8")
    page.keyboard.press("Escape")
    expect(pictures(job(page, "two boats"))).to_have_count(1)


def test_the_settings_of_one_picture_are_its_own_seed_and_no_more_pictures(
    page: Page, studio: RunningServer
) -> None:
    dialog = _open(page, studio)
    page.keyboard.press("ArrowRight")
    dialog.get_by_role("button", name="Use these settings").click()
    expect(page.get_by_label("Seed", exact=True)).to_have_value("8")
    expect(page.get_by_label("Pictures", exact=True)).to_have_value("1")
