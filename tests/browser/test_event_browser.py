"""An event's page on a phone: what stands where."""

import os
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.conftest import Site, running
from tests.support.cast import PASSWORD

SCREEN: ViewportSize = {"width": 390, "height": 844}
SCREEN_AND_A_HALF = 1266
# Two talks, four slots, a deal, a hook: what FACE.md was measured with.
MAKE = """
from tests.support import cast
from django.utils import timezone
from datetime import timedelta
at = timezone.now()
for name in ("aiko", "ben", "chie"):
    cast.person(name)
starts_at = (at + timedelta(days=14)).replace(hour=5, minute=0, second=0, microsecond=0)
slots = [
    cast.lottery_plan(40, starts_at=starts_at, at=at), cast.first_come_plan(8, name="学生枠"), cast.duty_plan(), cast.invited_plan(2),
]
ends_at = starts_at + timedelta(minutes=150)
event = cast.event(
    title="ML勉強会 #14 推薦システムの運用と評価", slots=slots, at=at, starts_at=starts_at, ends_at=ends_at,
    shifts=[cast.teardown_plan(ends_at=ends_at)],
    hook="作るより、動かし続けるほうが難しい。\\n推薦を3年育てた人の、失敗も込みの話。",
    description="推薦システムを作ったあと、どう動かし続け、どう良し悪しを測るのか。現場で運用している人たちに話してもらいます。\\n\\n"
        "推薦を作ったことがある方、オフライン評価とオンラインの結果が合わずに悩んでいる方へ。",
)
cast.talk("ben", event, title="古書店の推薦システムを3年運用して学んだこと", minutes=40, at=at)
cast.talk("chie", event, title="受付から見た推薦システム", at=at)
cast.person("dan", language="en")
cast.registered("dan", event, slot=event.slots.get(admission="first_come"), at=at)
print(f"/events/{event.public_id}/")
"""
# A browser that can share; what a page gives it is kept.
SHARES = (
    "window.shared = []; navigator.share = async given => { window.shared.push(given); throw new Error('closed'); }"
)
# What the page was without: every rule of a slot stands open.
OPEN = "document.querySelectorAll('.slot-line > details').forEach(one => one.open = true)"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    name = f"event_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with running(tmp_path_factory.mktemp("event"), name) as started:
        yield started


@pytest.fixture(scope="module")
def path(site: Site) -> str:
    return site.manage("shell", "--no-imports", "--command", MAKE).strip().splitlines()[-1]


@pytest.fixture
def phone(site: Site, browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=site.base_url, locale="ja-JP", timezone_id="Asia/Tokyo", viewport=SCREEN)
    yield context
    context.close()


def bottom(page: Page, what: str) -> float:
    found: float = page.locator(what).evaluate("part => part.getBoundingClientRect().bottom + scrollY")
    return found


def test_what_it_is_about_and_where_stand_within_a_screen_and_a_half(phone: BrowserContext, path: str) -> None:
    page = phone.new_page()
    page.goto(path)
    assert bottom(page, ".event-head-when") < SCREEN["height"] / 2
    assert bottom(page, "section:has(> #about)") <= SCREEN_AND_A_HALF
    page.evaluate(OPEN)
    assert bottom(page, "section:has(> #about)") > SCREEN_AND_A_HALF


def test_slots_have_a_line_each_and_open_without_scripts(site: Site, browser: Browser, path: str) -> None:
    context = browser.new_context(base_url=site.base_url, viewport=SCREEN, java_script_enabled=False, locale="ja-JP")
    page = context.new_page()
    page.goto(path)
    lines = page.locator(".slot-line summary")
    heights = [lines.nth(number).bounding_box() for number in range(4)]
    assert {box and round(box["height"]) for box in heights} == {48}
    rules = page.locator(".slot-line-rules").first
    assert not rules.is_visible()
    lines.first.click()
    assert rules.is_visible()
    context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wider_than_the_screen_and_the_button_stays_in_sight(
    site: Site, browser: Browser, path: str, width: int
) -> None:
    context = browser.new_context(base_url=site.base_url, viewport={"width": width, "height": 844}, locale="ja-JP")
    page = context.new_page()
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    button = page.locator(".action.wide").bounding_box()
    assert button is not None
    assert button["y"] + button["height"] <= 844
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_who_runs_it_stands_beside_a_wide_page_and_ends_a_narrow_one(
    site: Site, browser: Browser, path: str, width: int
) -> None:
    context = browser.new_context(base_url=site.base_url, viewport={"width": width, "height": 844}, locale="ja-JP")
    page = context.new_page()
    page.goto(path)
    contact = page.locator("a[href$='/contact/']:visible")
    assert contact.count() == page.locator(".event-sheet a[href$='/conduct/']:visible").count() == 1
    place, about = contact.bounding_box(), page.locator("section:has(> #about)").bounding_box()
    assert place is not None
    assert about is not None
    is_beside, is_below = place["x"] > about["x"] + about["width"], place["y"] > about["y"] + about["height"]
    assert (is_beside, is_below) == (width == 1280, width == 390)
    context.close()


@pytest.mark.parametrize("way", ["registration/", ""])
def test_an_event_is_shared_after_registering_in_three_ways(site: Site, browser: Browser, path: str, way: str) -> None:
    context = browser.new_context(base_url=site.base_url, locale="en-US")
    context.add_init_script(SHARES)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"/accounts/login/?next={path}{way}")
    page.fill("input[name=login]", "dan@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in with password").click()
    page.wait_for_url(f"**{path}{way}")
    tell = page.locator("section:has(> #tell)")
    address = page.locator("#tell-url").input_value()
    assert address.endswith(path)
    line = urlsplit(str(tell.get_by_role("link", name="LINE", exact=True).get_attribute("href")))
    assert (line.hostname, parse_qs(line.query)) == ("social-plugins.line.me", {"url": [address]})
    post = urlsplit(str(tell.get_by_role("link", name="X", exact=True).get_attribute("href")))
    title = "ML勉強会 #14 推薦システムの運用と評価"
    assert (post.hostname, parse_qs(post.query)) == ("x.com", {"text": [title], "url": [address]})
    tell.get_by_role("button", name="Other apps").click()
    assert page.evaluate("window.shared") == [{"url": address, "title": title}]
    # What a script refuses is reported before the next frame.
    page.evaluate("new Promise(requestAnimationFrame)")
    assert errors == [], "who closes the sheet of the system has shared nothing, and that is no error"
    context.close()
