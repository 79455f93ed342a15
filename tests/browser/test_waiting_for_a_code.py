"""Who has to wait for a code reads until when: the sentence is not only in the page, but to be seen."""

from playwright.sync_api import Browser, expect

from tests.conftest import Site


def test_the_page_says_until_when_and_that_it_tries_by_itself(site: Site, browser: Browser) -> None:
    page = browser.new_page(base_url=site.base_url, locale="en-US")
    for _time in range(4):
        page.goto("/accounts/login/")
        page.fill("#id_email", "waits@example.org")
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state("load")
    expect(page.get_by_role("heading", level=1)).to_have_text("One moment, please")
    expect(page.get_by_text("You can ask again at")).to_be_visible()
    expect(page.get_by_text("This page tries again by itself.")).to_be_visible()
    page.close()
