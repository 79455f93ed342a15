"""Double taps at the door, on a phone: they check in one person, however far the page has come by the second tap."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.conftest import Site, running
from tests.support.cast import PASSWORD
from tests.support.waiting import wait_until

MAKE = """
from datetime import timedelta
from django.utils import timezone
from tests.support import cast
at = timezone.now()
since = at - timedelta(days=3)
cast.person("xena", language="en")
group = cast.community(slug="door", name="Door group", owner="xena", at=since)
for number in range(10):
    event = cast.event(of=group, slots=[cast.first_come_plan(40)], at=since, title=f"Door {number}",
        starts_at=at + timedelta(minutes=20), ends_at=at + timedelta(hours=2))
    for guest in cast.people(14, called=f"door{number}-"):
        cast.registered(guest, event, at=since)
    print(f"/desk/events/{event.public_id}/check-in/")
"""
# How long what the first tap brought has been there when the second one comes, in milliseconds of its own clock.
TAPS = [0, 300, 500]
DEAF = "one => one.animationName === 'door-deaf'"
SCRIPTS_READ = "at => { performance.now = () => at; Object.defineProperty(Event.prototype, 'timeStamp', { configurable: true, get: () => at }) }"
# What the page was without: whatever has just come can be tapped at once.
NOT_DEAF = ".arrivals, .arrivals *, .door-said { animation: none !important }"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A product of its own: ten events of today would fill the home page of the others."""
    name = f"doors_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with running(tmp_path_factory.mktemp("doors"), name, application="tests.support.travelling") as started:
        yield started


@pytest.fixture(scope="module")
def doors(site: Site) -> Iterator[str]:
    """The address of a door with fourteen people, a new one each time."""
    return iter(site.manage("shell", "--no-imports", "--command", MAKE).strip().splitlines()[-10:])


@pytest.fixture
def phone(site: Site, browser: Browser, doors: Iterator[str]) -> Iterator[Callable[..., Page]]:
    contexts: list[BrowserContext] = []

    def opened(*, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=site.base_url, locale="en-US", viewport={"width": 390, "height": 844}, has_touch=True,
            java_script_enabled=scripts, bypass_csp=True,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto("/accounts/login/")
        page.fill("input[name=login]", "xena@example.org")
        page.fill("input[name=password]", PASSWORD)
        page.locator("form:has(input[name=password]) button[type=submit]").first.click()
        page.wait_for_url("**/me/")
        page.goto(next(doors))
        await_ears(page)
        return page

    yield opened
    for context in contexts:
        context.close()


def names(page: Page) -> list[str]:
    return page.locator(".arrivals bdi").all_text_contents()


def ticked(page: Page) -> list[str]:
    return page.locator(".arrivals [data-state=done] bdi").all_text_contents()


def await_ears(page: Page) -> None:
    """Waits until nothing on the page is deaf any more."""
    assert wait_until(lambda: page.evaluate(f"!document.getAnimations().some({DEAF})"), on=page)


def tap_twice(page: Page, name: str, apart: int) -> tuple[float, float]:
    """Two taps on the same spot of the glass, whatever is there by then. For styles and scripts, what the first one brought is `apart`
    milliseconds old when the second one comes, however long the machine took.

    Returns how far down the row was before and is now.
    """
    clock = page.context.new_cdp_session(page)
    clock.send("Animation.enable")
    clock.send("Animation.setPlaybackRate", {"playbackRate": 0})
    page.evaluate(SCRIPTS_READ, 10_000)
    row = page.locator(".arrivals li", has_text=name).first
    button = page.get_by_role("button", name=f"Check in {name}", exact=True)
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    was = row.evaluate("row => row.getBoundingClientRect().y")
    assert box is not None
    spot = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    asked = set[Request]()
    page.on("request", lambda request: asked.add(request))
    page.on("requestfinished", lambda request: asked.discard(request))
    page.on("requestfailed", lambda request: asked.discard(request))
    page.touchscreen.tap(*spot)
    expect(page.locator(".arrivals [data-state=done]", has_text=name)).to_have_count(1)
    page.evaluate(f"document.getAnimations().filter({DEAF}).forEach(one => (one.currentTime = {apart}))")
    page.evaluate(SCRIPTS_READ, 10_000 + apart)
    page.touchscreen.tap(*spot)
    now = row.evaluate("row => row.getBoundingClientRect().y")
    clock.send("Animation.setPlaybackRate", {"playbackRate": 1})
    await_ears(page)
    # What the second tap may have asked for by mistake has come, too.
    assert wait_until(lambda: not asked, on=page)
    expect(page.locator(".htmx-request")).to_have_count(0)
    return was, now


@pytest.mark.parametrize("apart", TAPS)
def test_in_the_list(phone: Callable[..., Page], apart: int) -> None:
    page = phone()
    before = names(page)
    assert len(before) == 14
    was, now = tap_twice(page, before[3], apart)
    # The thumb is still on the same row.
    assert abs(was - now) < 36
    assert ticked(page) == [before[3]]
    assert names(page) == before
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator(".door-bar")).to_contain_text(f"{before[3]} is checked in")
    # Two different people in quick succession are both in.
    for one in before[5:7]:
        page.get_by_role("button", name=f"Check in {one}", exact=True).tap()
    expect(page.locator(".arrivals [data-state=done]")).to_have_count(3)
    page.get_by_role("button", name=f"Undo check-in of {before[3]}").first.tap()
    expect(page.locator(".arrivals [data-state=done]")).to_have_count(2)
    assert names(page) == before
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("apart", TAPS)
def test_in_a_list_that_was_searched(phone: Callable[..., Page], apart: int) -> None:
    """The search is emptied, so that other people stand under the thumb."""
    page = phone()
    before = names(page)
    page.fill("#q", before[9])
    expect(page.locator(".arrivals li")).to_have_count(1)
    await_ears(page)
    tap_twice(page, before[9], apart)
    assert ticked(page) == [before[9]]
    assert names(page) == before
    expect(page.locator("#q")).to_have_value("")
    expect(page.locator("#q")).to_be_focused()
    page.locator(".door-bar").get_by_role("button", name=f"Undo check-in of {before[9]}").tap()
    expect(page.locator(".arrivals [data-state=done]")).to_have_count(0)


@pytest.mark.parametrize("apart", TAPS)
def test_without_scripts(phone: Callable[..., Page], apart: int) -> None:
    page = phone(scripts=False)
    before = names(page)
    tap_twice(page, before[1], apart)
    assert ticked(page) == [before[1]]
    assert names(page) == before


def test_the_taps_find_a_page_that_is_not_deaf(phone: Callable[..., Page]) -> None:
    """The control: the second tap of the same taps takes the first one back, or checks in whoever stands there by then."""
    page = phone()
    before = names(page)
    page.add_style_tag(content=NOT_DEAF)
    tap_twice(page, before[3], 500)
    expect(page.locator(".arrivals [data-state=done]")).to_have_count(0)
    page.fill("#q", before[9])
    expect(page.locator(".arrivals li")).to_have_count(1)
    tap_twice(page, before[9], 500)
    expect(page.locator(".arrivals [data-state=done]")).to_have_count(2)
