"""Forms that save by themselves, in a real browser: who closes the tab too early finds what they typed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from tests.conftest import Site
from tests.support.cast import PASSWORD

MAKE = """
from datetime import timedelta
from django.utils import timezone
from tests.support import cast
at = timezone.now()
cast.person('nao', language='en')
cast.person('dan', language='en')
of = cast.community(slug='saving', name='Saving group', owner='nao', language='en', at=at)
starts_at = at + timedelta(days=20)
draft = cast.event(of=of, slots=[cast.first_come_plan()], starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), at=at, publish=False)
opens_at = at + timedelta(minutes=59, seconds=58)
opening = cast.event(of=of, slots=[cast.first_come_plan()], starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), at=at,
    registration_opens_at=opens_at)
print('made', draft.public_id, opening.public_id)
"""
NEW = "/desk/c/saving/events/new/"


@pytest.fixture(scope="module")
def made(site: Site) -> list[str]:
    said = site.manage("shell", "--no-imports", "--command", MAKE)
    [line] = [line for line in said.splitlines() if line.startswith("made")]
    return line.split()[1:]


def signed_in(site: Site, browser: Browser, name: str) -> BrowserContext:
    context = browser.new_context(base_url=site.base_url, locale="en-US", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", f"{name}@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url("**/me/")
    page.close()
    return context


@pytest.fixture
def tabs(site: Site, browser: Browser, made: list[str]) -> Iterator[BrowserContext]:
    context = signed_in(site, browser, "nao")
    yield context
    context.close()


def opened(tabs: BrowserContext, address: str) -> Page:
    page = tabs.new_page()
    page.goto(address)
    return page


@contextmanager
def saving(page: Page, **fields: str) -> Iterator[None]:
    """Goes on when the page has saved these fields by itself."""

    def has_them(answer: Response) -> bool:
        sent = parse_qs(answer.request.post_data or "")
        return "/autosave/" in answer.url and answer.ok and all(sent.get(name) == [fields[name]] for name in fields)

    with page.expect_response(has_them):
        yield


# Of the whole run: it may pass midnight.
COMING = f"{date.today() + timedelta(days=30):%Y-%m-%d}"  # noqa: DTZ011 - the browser types the same day
# The save that htmx is asked for next, with its outcome shown.
NEXT_SAVE = (
    "window.answered = new Promise(done => document.addEventListener('htmx:finally:request', done, {once: true})), 0"
)


def test_who_closes_the_tab_comes_back_and_finds_what_they_typed(tabs: BrowserContext) -> None:
    page = opened(tabs, NEW)
    page.locator("#id_title").press_sequentially("Search and ranking #31")
    expect(page.locator("#autosaved")).to_contain_text("Draft saved")
    page.wait_for_url("**/new/?draft=*")
    with saving(page, day=COMING, starts="14:00", slot1_name="Students", admission="first_come"):
        page.fill("#id_day", COMING)
        page.fill("#id_starts", "14:00")
        page.fill("#id_slot1_name", "Students")
        page.locator("label", has_text="First come").first.click()
    expect(page.locator("#plan .plan-title")).to_contain_text("#31")
    # The last words are typed less than a second before the tab is closed: in this tab no more time passes.
    page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
    page.fill("#id_venue_name", "Roppongi 18F")
    page.close(run_before_unload=True)

    again = opened(tabs, "/desk/")
    again.get_by_role("link", name="Search and ranking #31").click()
    expect(again.locator("#id_title")).to_have_value("Search and ranking #31")
    expect(again.locator("#id_day")).to_have_value(COMING)
    expect(again.locator("#id_slot1_name")).to_have_value("Students")
    expect(again.locator("input[name=admission][value=first_come]")).to_be_checked()
    expect(again.locator("#id_venue_name")).to_have_value("Roppongi 18F")
    expect(again.locator(".field-error, .error-summary")).to_have_count(0)
    again.locator("button[value=publish]").click()
    expect(again.locator(".messages")).to_contain_text("Published")
    again.goto("/desk/c/saving/")
    expect(again.locator(".unfinished")).to_have_count(0)


def test_who_closes_the_tab_while_a_save_is_slow_finds_what_they_typed(tabs: BrowserContext) -> None:
    page = opened(tabs, NEW)
    # The save never arrives. The one that the browser sends when the tab is closed does.
    page.route("**/autosave/", lambda route: route.continue_() if route.request.resource_type == "ping" else None)
    with page.expect_request("**/autosave/"):
        page.fill("#id_title", "A slow line #34")
    page.close(run_before_unload=True)

    again = opened(tabs, "/desk/")
    again.get_by_role("link", name="A slow line #34").click()
    expect(again.locator("#id_title")).to_have_value("A slow line #34")


def test_two_tabs_with_one_draft_ask_before_one_replaces_the_other(tabs: BrowserContext) -> None:
    one = opened(tabs, NEW)
    one.fill("#id_title", "Two tabs #32")
    one.wait_for_url("**/new/?draft=*")
    with saving(one, day=COMING, starts="14:00"):
        one.fill("#id_day", COMING)
        one.fill("#id_starts", "14:00")
    other = opened(tabs, one.url)
    with saving(one, title="The first tab #32"):
        one.fill("#id_title", "The first tab #32")
    expect(one.locator("#plan .plan-title")).to_contain_text("The first tab")
    other.fill("#id_title", "The other tab #32")
    expect(other.locator("#autosaved")).to_contain_text("Changed in another window")
    other.locator("button[value=publish]").click()
    expect(other.locator(".error-summary")).to_contain_text("The first tab #32")
    expect(other.locator("#id_title")).to_have_value("The other tab #32")
    other.locator("[data-take=theirs]").first.click()
    other.locator("button[value=draft]").click()
    expect(other.locator(".event-title")).to_have_text("The first tab #32")
    # What the first tab types now has nowhere to go, and it says so.
    one.fill("#id_hashtag", "late")
    expect(one.locator("#autosaved")).to_contain_text("in another window")


def test_where_saving_fails_the_page_says_so_and_tries_again(tabs: BrowserContext) -> None:
    page = opened(tabs, NEW)
    page.route("**/autosave/", lambda route: route.abort())
    page.fill("#id_title", "No network #33")
    expect(page.locator("#not-saved")).to_contain_text("Not saved. What you typed is still on this page.")
    page.unroute("**/autosave/")
    page.route("**/autosave/", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    page.evaluate(NEXT_SAVE)
    page.locator("#not-saved button").click()
    page.evaluate("window.answered")
    expect(page.locator("#not-saved")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("Bad gateway")
    page.unroute("**/autosave/")
    page.locator("#not-saved button").click()
    expect(page.locator("#autosaved")).to_contain_text("Draft saved")
    expect(page.locator("#not-saved")).to_be_hidden()


def test_a_draft_saves_by_itself_while_it_is_edited(tabs: BrowserContext, made: list[str]) -> None:
    address = f"/desk/events/{made[0]}/edit/"
    page = opened(tabs, address)
    for title in ("Edited once", "Edited twice"):
        page.fill("#id_title", title)
        with page.expect_response("**/autosave/") as saved:
            pass
        assert saved.value.ok
        expect(page.locator("#autosaved")).to_contain_text("Saved")
    page.close()
    expect(opened(tabs, address).locator("#id_title")).to_have_value("Edited twice")


def test_the_opening_counts_down_and_one_click_asks_to_be_told(site: Site, browser: Browser, made: list[str]) -> None:
    context = signed_in(site, browser, "dan")
    page = opened(context, f"/events/{made[1]}/")
    counter = page.locator("[data-opening]")
    expect(counter).to_have_text(re.compile(r"^\d+ minutes? \d+ seconds?$"))
    before = counter.inner_text()
    expect(counter).not_to_have_text(before)
    page.get_by_role("button", name="Remind me").first.click()
    expect(page.locator(".opening-kept")).to_contain_text("We’ll email you when it opens")
    context.close()
