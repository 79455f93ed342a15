"""The pages of an event on a phone: a low head, one row, all pages at once, three buttons on the day. No script is needed."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Site, running
from tests.support.cast import PASSWORD

MAKE = """
from datetime import timedelta
from django.utils import timezone
from tests.support import cast
at = timezone.now()
since = at - timedelta(days=3)
for name, language in (("yuna", "ja"), ("zoe", "en")):
    cast.person(name, language=language)
    of = cast.community(slug=name, name="非常に長い名前のコミュニティ " * 3, owner=name, language=language, at=since)
    for days in (20, 0):
        event = cast.event(of=of, at=since, title="とても長い題名のイベント with a very long title " * 2,
            slots=[cast.first_come_plan(40), cast.duty_plan()],
            starts_at=at + timedelta(days=days, minutes=20), ends_at=at + timedelta(days=days, hours=2))
        cast.talk(name, event, at=since)
        print(f"/desk/events/{event.public_id}/")
"""
LIMIT, ROW = 130, 44
# Of the ground and the words, from 0 to 1.
LIGHTNESS = """element => {
  const style = getComputedStyle(element);
  return [style.backgroundColor, style.color].map(one => parseFloat(one.match(/oklch\\(([\\d.]+)/)[1]));
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A product of its own: an event of today would change the home page of the others."""
    name = f"event_pages_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with running(tmp_path_factory.mktemp("event-pages"), name) as started:
        yield started


@pytest.fixture(scope="module")
def events(site: Site) -> list[str]:
    """An event in three weeks and one of today: two in Japanese, two in English."""
    return site.manage("shell", "--no-imports", "--command", MAKE).strip().splitlines()[-4:]


def phone(site: Site, browser: Browser, who: str, *, scripts: bool = True, width: int = 390) -> Page:
    context = browser.new_context(
        base_url=site.base_url, viewport={"width": width, "height": 844}, java_script_enabled=scripts
    )
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", f"{who}@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url("**/me/")
    return page


def head(page: Page) -> float:
    """Where the head ends: what a reader of a phone gives up before the page itself begins."""
    box = page.locator(".event-pages").bounding_box()
    assert box
    return box["y"] + box["height"]


@pytest.mark.parametrize(("who", "first"), [("yuna", 0), ("zoe", 2)])
def test_the_head_of_a_phone_is_low_on_every_page(
    site: Site, browser: Browser, events: list[str], who: str, first: int
) -> None:
    page = phone(site, browser, who)
    for event in events[first : first + 2]:
        page.goto(event)
        urls = page.eval_on_selector_all(".event-groups a", "links => links.map(one => one.getAttribute('href'))")
        assert len(urls) >= 14
        for url in urls:
            page.goto(url)
            assert head(page) <= LIMIT, url
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, url
            expect(page.locator(".site-header")).to_be_hidden()
    page.context.close()


def test_the_row_shows_where_one_is_and_opens_all_pages(site: Site, browser: Browser, events: list[str]) -> None:
    page = phone(site, browser, "zoe", scripts=False)
    page.goto(f"{events[2]}talks/")
    links = page.locator(".event-groups a")
    assert {round(box["height"]) for box in (one.bounding_box() for one in links.all()) if box} <= {ROW, ROW - 1}
    page.get_by_text("All", exact=True).click()
    entry = page.locator(".sitemap").get_by_role("link", name="Slides")
    box = entry.bounding_box()
    assert box
    assert box["height"] >= ROW
    entry.click()
    page.wait_for_url("**/slides/")
    page.context.close()


def test_with_scripts_the_open_page_stands_in_view(site: Site, browser: Browser, events: list[str]) -> None:
    page = phone(site, browser, "zoe")
    page.goto(f"{events[2]}edit/")
    expect(page.locator(".event-groups [aria-current]")).to_be_in_viewport()
    page.context.close()


def test_on_the_day_three_buttons_stand_there(site: Site, browser: Browser, events: list[str]) -> None:
    page = phone(site, browser, "zoe")
    page.goto(events[3])
    buttons = page.locator(".day-buttons a")
    expect(buttons).to_have_count(3)
    assert {round(box["height"]) for box in (one.bounding_box() for one in buttons.all()) if box} == {64}
    expect(page.locator(".event-groups")).to_be_hidden()
    buttons.nth(0).click()
    page.wait_for_url("**/check-in/")
    assert {round(box["height"]) for box in (one.bounding_box() for one in buttons.all()) if box} == {52}
    page.goto(events[3])
    page.get_by_text("Other pages").click()
    page.locator(".other-pages").get_by_role("link", name="Messages").click()
    page.wait_for_url("**/messages/")
    page.context.close()


def test_a_wide_screen_has_the_list_at_its_side(site: Site, browser: Browser, events: list[str]) -> None:
    page = phone(site, browser, "zoe", width=1280)
    for event in events[2:]:
        page.goto(event)
        expect(page.locator(".site-header")).to_be_visible()
        expect(page.locator(".day-buttons, .all-pages")).to_have_count(1)
        expect(page.locator(".day-buttons, .all-pages")).to_be_hidden()
        boxes = [one.bounding_box() for one in page.locator(".event-groups a").all()]
        assert {round(box["height"]) for box in boxes if box} == {32}
        last = boxes[-1]
        assert last
        assert last["y"] + last["height"] <= 800
    page.context.close()


def test_at_night_the_page_where_one_is_is_no_white_block(site: Site, browser: Browser, events: list[str]) -> None:
    page = phone(site, browser, "zoe", width=1280)
    light = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(events[2])
        light[scheme] = page.locator(".event-groups [aria-current]").evaluate(LIGHTNESS)
    assert light["light"][0] < 0.4 < 0.9 < light["light"][1]
    assert light["dark"][0] < 0.4 < 0.9 < light["dark"][1]
    page.context.close()
