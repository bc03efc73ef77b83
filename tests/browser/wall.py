"""Where things are on the page, by what a person calls them."""

from playwright.sync_api import Locator, Page


def job(page: Page, prompt: str) -> Locator:
    return page.get_by_role("article", name=prompt)


def pictures(card: Locator) -> Locator:
    return card.get_by_role("button", name="Open:")


def run(page: Page, prompt: str) -> Locator:
    """Type a prompt, press Run, and return the job's card."""
    page.get_by_label("Prompt").fill(prompt)
    page.get_by_role("button", name="Run", exact=True).click()
    return job(page, prompt)
