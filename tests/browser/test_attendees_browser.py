"""The list of attendees in a browser: how many people one sees at once, and the bar for several of them."""

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
cast.person("xena", language="en")
group = cast.community(slug="list", name="List group", owner="xena", at=since)
event = cast.event(of=group, slots=[cast.first_come_plan(20)], at=since, title="A list",
    starts_at=at + timedelta(days=9), ends_at=at + timedelta(days=9, hours=2))
for guest in cast.people(30, called="list-"):
    cast.registered(guest, event, at=since)
print(f"/desk/events/{event.public_id}/attendees/")
"""
SEEN = """rows => rows.filter(row => {
  const box = row.getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight && box.height > 0;
}).length"""

TOPS = """page => Object.fromEntries(
  Object.entries({search: '.roster-search', tools: '.roster-tools', menus: '.roster-menus', states: '.roster-states', name: 'tbody tr'})
    .map(([name, where]) => [name, page.querySelector(where).getBoundingClientRect().top]))"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    name = f"lists_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with running(tmp_path_factory.mktemp("lists"), name, application="tests.support.travelling") as started:
        yield started


@pytest.fixture(scope="module")
def address(site: Site) -> str:
    return site.manage("shell", "--no-imports", "--command", MAKE).strip().splitlines()[-1]


def opened(browser: Browser, site: Site, address: str, width: int, height: int) -> Page:
    context = browser.new_context(
        base_url=site.base_url, locale="en-US", viewport={"width": width, "height": height}, bypass_csp=True
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto("/accounts/login/")
    page.fill("input[name=login]", "xena@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url("**/me/")
    page.goto(address)
    return page


def test_twelve_people_and_their_state_on_a_small_laptop(browser: Browser, site: Site, address: str) -> None:
    page = opened(browser, site, address, 1280, 800)
    rows = page.locator(".roster tbody tr")
    assert rows.evaluate_all(SEEN) >= 12
    # The control: with the rows of a card each it is not so.
    page.add_style_tag(content=".roster tbody td { block-size: 5rem !important }")
    assert rows.evaluate_all(SEEN) < 12
    page.context.close()


def test_the_bar_is_there_while_some_are_chosen(browser: Browser, site: Site, address: str) -> None:
    page = opened(browser, site, address, 1280, 800)
    bar = page.locator(".chosen")
    expect(bar).to_be_hidden()
    page.locator("tbody input[name=pk]").nth(2).check()
    page.locator("tbody input[name=pk]").nth(4).check()
    expect(bar).to_be_visible()
    expect(bar.locator("[data-count]")).to_have_text("2")
    bar.get_by_role("button", name="Clear selection").click()
    expect(bar).to_be_hidden()
    # A click anywhere on the line opens the person.
    page.locator("tbody tr").nth(3).locator(".roster-slot").click(force=True)
    page.wait_for_url("**/attendees/*/")
    expect(page.get_by_text("4 / 30")).to_be_visible()
    page.context.close()


def test_on_a_phone_a_line_is_44_pixels_and_choosing_is_asked_for(browser: Browser, site: Site, address: str) -> None:
    page = opened(browser, site, address, 390, 844)
    boxes = page.locator("tbody input[name=pk]")
    expect(boxes.first).to_be_hidden()
    heights = page.locator(".roster tbody tr").evaluate_all("rows => rows.map(row => row.offsetHeight)")
    assert set(heights) <= {44, 45}
    page.get_by_text("Select several people").click()
    expect(boxes.first).to_be_visible()
    assert page.evaluate("scrollY") == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()


def test_on_a_phone_one_line_of_tools_stands_above_the_states_and_the_names(
    browser: Browser, site: Site, address: str
) -> None:
    page = opened(browser, site, address, 390, 844)
    tops = page.locator(".roster-page").evaluate(TOPS)
    assert tops["search"] < tops["tools"] == tops["menus"] < tops["states"] < tops["name"] < 260
    tools = page.locator(".roster-tools > *, .roster-tools summary, .roster-menus summary, .roster-choose")
    assert tools.evaluate_all("them => Math.min(...them.map(one => one.offsetHeight))") >= 44
    # A menu isn't cut off with the line, which may scroll.
    page.locator(".roster-menus summary").last.click()
    expect(page.locator(".roster-menus [open] li a").last).to_be_in_viewport(ratio=1)
    page.locator(".roster-menus [open] li a").last.click(trial=True)
    page.context.close()
