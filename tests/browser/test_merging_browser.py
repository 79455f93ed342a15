"""Two organizers changed the same: in a browser two buttons fill the fields with the one version or the other."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Site
from tests.support.cast import PASSWORD

MAKE = """
from datetime import timedelta
from django.utils import timezone
from tests.support import cast
at = timezone.now()
cast.person('mio', language='en')
of = cast.community(slug='merging', name='編集の会', owner='mio', at=at)
starts_at = at + timedelta(days=20)
event = cast.event(of=of, slots=[cast.first_come_plan()], starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), at=at, publish=False)
print('made', event.public_id)
"""


@pytest.fixture
def editing(site: Site, browser: Browser) -> Page:
    made = site.manage("shell", "--no-imports", "--command", MAKE)
    [public_id] = [line.split()[1] for line in made.splitlines() if "made" in line]
    page = browser.new_context(base_url=site.base_url, locale="en").new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", "mio@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url("**/me/")
    page.goto(f"/desk/events/{public_id}/edit/")
    return page


def save(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"form [name={name}]").fill(value)
    page.locator("button[value=save]").first.click()


def test_the_buttons_fill_the_fields_and_what_is_filled_can_be_saved(editing: Page) -> None:
    mine, other = editing, editing.context.new_page()
    other.goto(mine.url)
    save(other, description="Four people speak.", venue_name="Shibuya 5F")
    other.wait_for_url("**/events/*/")
    save(mine, description="Three people speak of five years.", venue_name="Roppongi 17F")
    words, place = mine.locator("form [name=description]"), mine.locator("form [name=venue_name]")
    expect(mine.locator(".merge-start").first).to_be_visible()
    mine.locator(".merge-start").first.locator("[data-take=theirs]").click()
    expect(words).to_have_value("Four people speak.")
    expect(place).to_have_value("Shibuya 5F")
    mine.locator(".merge-start").first.locator("[data-take=mine]").click()
    expect(words).to_have_value("Three people speak of five years.")
    expect(place).to_have_value("Roppongi 17F")
    mine.locator(".merge [data-take=theirs]").click()
    expect(words).to_have_value("Four people speak.")
    expect(place).to_have_value("Roppongi 17F")
    save(mine)
    mine.wait_for_url("**/events/*/")
    mine.goto(other.url + "edit/")
    expect(words).to_have_value("Four people speak.")
    expect(place).to_have_value("Roppongi 17F")
    mine.context.close()
