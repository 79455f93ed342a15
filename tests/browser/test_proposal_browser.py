"""The form of a proposal is light, shows the text as it will look once a person enters it, and outlives a session."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Site
from tests.support.cast import PASSWORD

MAKE = """
from datetime import timedelta
from django.utils import timezone
from tests.support import cast
at = timezone.now()
cast.person("dan", language="en")
group = cast.community(slug="proposals", name="Proposal group", owner="aiko", at=at)
event = cast.event(of=group, slots=[cast.invited_plan(2)], at=at, title="A night of talks",
    starts_at=at + timedelta(days=30), ends_at=at + timedelta(days=30, hours=2))
print(f"/events/{event.public_id}/talks/new/")
"""
END = """
from meetups.accounts.models import Session
Session.objects.filter(person__email="dan@example.org").delete()
"""


@pytest.fixture
def form(site: Site) -> str:
    """The path of a form for proposals."""
    return site.manage("shell", "--no-imports", "--command", MAKE).strip().splitlines()[-1]


def scripts(page: Page) -> list[str]:
    return [str(one) for one in page.evaluate("[...document.scripts].map(one => one.src).filter(Boolean)")]


def test_the_preview_follows_the_typing_and_its_script_comes_with_the_first_field(
    site: Site, browser: Browser, form: str
) -> None:
    context = browser.new_context(base_url=site.base_url, locale="en-US", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"/accounts/login/?next={form}")
    page.fill("input[name=login]", "dan@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url(f"**{form}")
    assert not any("htmx" in one for one in scripts(page))
    page.click("#id_abstract")
    page.keyboard.type("What **three years** taught")
    expect(page.locator(".preview strong")).to_have_text("three years")
    # The session ends elsewhere: the page says so once, and keeps all that is on it.
    site.manage("shell", "--no-imports", "--command", END)
    for word in (" us", " all"):
        with page.expect_response("**/markdown/"):
            page.keyboard.type(word)
    expect(page.locator(".signed-out:visible")).to_have_count(1)
    expect(page.locator(".preview strong")).to_have_text("three years")
    expect(page.locator("#id_abstract")).to_have_value("What **three years** taught us all")
    expect(page.locator(".signed-out a").first).to_have_attribute(
        "href", f"/accounts/login/?next={quote(form, safe='')}"
    )
    assert sum("htmx" in one for one in scripts(page)) == 1
    context.close()
