"""The smallest phone: 320 pixels wide, in Japanese. What is measured here was cut off or covered once."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.conftest import Site

PHONE: ViewportSize = {"width": 320, "height": 640}
# What a keyboard leaves of it.
ABOVE_A_KEYBOARD: ViewportSize = {"width": 320, "height": 300}
MAKE = """
from datetime import timedelta
from django.conf import settings
from django.utils import timezone
from tests.support import cast
at = timezone.now()
group = cast.community(slug="small", name="ML勉強会", owner="sara", at=at)
starts_at = (at + timedelta(days=20)).replace(hour=11, minute=0, second=0, microsecond=0)
ends_at = starts_at + timedelta(hours=2)
event = cast.event(of=group, at=at, title="ML勉強会 #14 推薦システムの運用と評価", starts_at=starts_at, ends_at=ends_at,
    venue_name="六本木ヒルズ森タワー18階 セミナールームAとBとCをつなげた大きな部屋",
    slots=[cast.lottery_plan(20, starts_at=starts_at, at=at), cast.first_come_plan(5), cast.duty_plan()],
    shifts=[cast.teardown_plan(ends_at=ends_at)])
cast.registered("sora", event, slot=event.slots.get(admission="first_come"), at=at)
later = cast.event(of=group, at=at, title="ML勉強会 #15", starts_at=starts_at + timedelta(days=7), ends_at=ends_at + timedelta(days=7),
    slots=[cast.first_come_plan(5)])
cast.registered("sora", later, at=at)
cookie = cast.signed_in("sora", language="ja").cookies[settings.SESSION_COOKIE_NAME].value
print(f"/events/{event.public_id}/", f"/events/{event.public_id}/shifts/{cast.shift_of(event).pk}/signup/", cookie)
"""
COVERED = """field => {
  const bar = document.querySelector('.sticky-action').getBoundingClientRect(), box = field.getBoundingClientRect();
  return box.top < bar.bottom && bar.top < box.bottom || box.top < 0 || box.bottom > innerHeight;
}"""

# The words of an element, line by line.
LINES = """element => {
  const lines = new Map(), walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), range = document.createRange();
  for (let node; node = walker.nextNode();) for (let at = 0; at < node.length; at++) {
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    const box = range.getBoundingClientRect();
    if (box.width) lines.set(Math.round(box.y), (lines.get(Math.round(box.y)) ?? '') + node.data[at]);
  }
  return [...lines.values()].map(line => line.trim()).filter(Boolean);
}"""
# What reaches over the edge of the screen, and what hides a part of its own text.
CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(element => {
  const box = element.getBoundingClientRect(), style = getComputedStyle(element);
  if (box.width < 2 || box.height < 2 || style.visibility === 'hidden' || element.matches('input')) return false;
  const hides = style.overflowX !== 'visible' && style.display !== 'inline' && element.scrollWidth > element.clientWidth + 1;
  return box.right > document.documentElement.clientWidth + 1 || hides;
}).map(element => `${element.tagName} ${element.className}`)"""
# Where they begin.
WORDS = """element => {
  const range = document.createRange();
  range.selectNodeContents(element);
  const {x, y} = range.getBoundingClientRect();
  return {x, y};
}"""


@pytest.fixture(scope="module")
def made(site: Site) -> list[str]:
    """The event, its teardown shift at the gate, and the session of Sora, who is registered."""
    return site.manage("shell", "--no-imports", "--command", MAKE).strip().splitlines()[-1].split()


@pytest.fixture
def phone(site: Site, browser: Browser) -> Iterator[BrowserContext]:
    # The control brings a style of its own.
    context = browser.new_context(
        base_url=site.base_url, locale="ja-JP", timezone_id="Asia/Tokyo", viewport=PHONE, bypass_csp=True
    )
    yield context
    context.close()


def as_sora(phone: BrowserContext, site: Site, made: list[str]) -> Page:
    phone.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": made[2], "url": site.base_url}])
    return phone.new_page()


@pytest.mark.parametrize("width", [320, 360, 390, 1280])
def test_the_greeting_breaks_after_its_comma(phone: BrowserContext, made: list[str], width: int) -> None:
    page = phone.new_page()
    page.set_viewport_size({"width": width, "height": 640})
    page.goto("/")
    lines = page.locator(".greeting h1").evaluate(LINES)
    assert lines == ["話したい人と、聞きたい人の、", "小さな勉強会。"]


def test_a_long_place_begins_where_the_line_above_begins(phone: BrowserContext, site: Site, made: list[str]) -> None:
    page = as_sora(phone, site, made)
    page.goto("/")
    day, place = (page.locator(".ticket-when > span").nth(number).bounding_box() for number in range(2))
    assert day
    assert place
    assert (round(place["x"] - day["x"]), place["y"] > day["y"]) == (0, True)


def test_the_dot_of_a_state_stands_beside_its_sentence(phone: BrowserContext, site: Site, made: list[str]) -> None:
    page = as_sora(phone, site, made)
    page.goto("/me/")
    says = page.locator(".event-card-says").first
    assert len(says.evaluate(LINES)) > 1
    place, words = says.bounding_box(), says.evaluate(WORDS)
    assert place
    assert words["y"] - place["y"] < 4
    assert words["x"] - place["x"] >= 12


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_header_is_one_line_and_the_other_language_is_at_the_end(
    phone: BrowserContext, site: Site, made: list[str], *, signed_in: bool
) -> None:
    page = as_sora(phone, site, made) if signed_in else phone.new_page()
    for path in ("/", made[0]):
        page.goto(path)
        head = page.locator(".site-header")
        box = head.bounding_box()
        assert box
        assert box["height"] <= 60
        assert page.locator(".site-footer").get_by_role("button", name="English").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        assert ("マイページ" in head.inner_text()) == signed_in
    if not signed_in:
        with page.expect_navigation():
            page.locator(".site-footer").get_by_role("button", name="English").click()
        assert page.locator("html").get_attribute("lang") == "en"


def test_the_bar_covers_no_field_in_which_someone_types(phone: BrowserContext, made: list[str]) -> None:
    page = phone.new_page()
    page.goto(made[1])
    # Nor does it lie on the fields before that.
    lowest = page.locator(".gate").evaluate("gate => gate.getBoundingClientRect().bottom")
    assert page.locator(".sticky-action").evaluate("bar => bar.getBoundingClientRect().top") >= lowest
    page.set_viewport_size(ABOVE_A_KEYBOARD)
    for name in ("name", "email"):
        field = page.locator(f"input[name={name}]")
        field.focus()
        assert not field.evaluate(COVERED), name
    # The control: a bar that stays at the bottom covers what is brought there.
    page.add_style_tag(content=".sticky-action { position: fixed !important; inset-inline: 0; block-size: 200px }")
    field = page.locator("input[name=name]")
    field.evaluate("field => field.scrollIntoView({ block: 'end' })")
    assert field.evaluate(COVERED)


def test_the_gate_says_day_and_time_in_two_lines_and_asks_for_the_name_within_two_screens(
    phone: BrowserContext, made: list[str]
) -> None:
    page = phone.new_page()
    page.goto(made[1])
    lines = page.locator(".gate-ticket-says").inner_text().split("\n")
    assert len(lines) == 3
    assert all(len(line) <= 16 for line in lines), lines
    top = page.locator("input[name=name]").evaluate("field => field.getBoundingClientRect().top + scrollY")
    assert top < 2 * PHONE["height"]


def test_a_time_on_a_ticket_keeps_its_last_syllable(phone: BrowserContext, site: Site, made: list[str]) -> None:
    page = as_sora(phone, site, made)
    page.goto(made[0])
    says = page.locator(".ticket-says")
    assert "20:00に" in says.inner_text()
    tops = says.evaluate(
        """says => {
          const tops = [];
          const walk = document.createTreeWalker(says, NodeFilter.SHOW_TEXT);
          for (let node = walk.nextNode(); node; node = walk.nextNode())
            for (let at = 0; at < node.length; at++) {
              const range = document.createRange();
              range.setStart(node, at);
              range.setEnd(node, at + 1);
              tops.push([node.data[at], Math.round(range.getBoundingClientRect().top)]);
            }
          return tops;
        }"""
    )
    text = "".join(letter for letter, _top in tops)
    begin = text.index("20:00に")
    assert len({top for _letter, top in tops[begin : begin + 6]}) == 1


@pytest.mark.parametrize("width", [320, 1280])
def test_what_an_event_is_written_in_moves_nothing_in_its_head(
    site: Site, browser: Browser, made: list[str], width: int
) -> None:
    viewport: ViewportSize = {"width": width, "height": 640}
    context = browser.new_context(base_url=site.base_url, locale="en-US", viewport=viewport)
    page = context.new_page()
    page.goto(made[0])
    assert page.locator(".event-head > .small").inner_text() == "Written in Japanese"
    leaf, by, title, note = (
        page.locator(f".event-head > {what}").bounding_box() for what in (".leaf", ".event-head-by", "h1", ".small")
    )
    assert leaf
    assert by
    assert title
    assert note
    assert by["x"] - leaf["x"] - leaf["width"] <= 32
    assert note["x"] == title["x"]
    lines = page.locator(".event-head-when time").evaluate(LINES)
    assert not [line for line in lines if line.startswith(("PM", "AM", "JST"))], lines
    context.close()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_text_twice_as_large_is_not_cut_off(site: Site, browser: Browser, made: list[str], language: str) -> None:
    viewport: ViewportSize = {"width": 640, "height": 900}
    context = browser.new_context(base_url=site.base_url, locale=language, viewport=viewport, bypass_csp=True)
    page = context.new_page()
    for path in (made[0], f"{made[0]}registration/", made[1]):
        page.goto(path)
        once = page.locator("h1").bounding_box()
        page.add_style_tag(content=":root { font-size: 200% !important }")
        twice = page.locator("h1").bounding_box()
        assert once
        assert twice
        assert twice["height"] > 1.5 * once["height"]
        assert page.evaluate(CUT_OFF) == [], path
    # The control.
    page.add_style_tag(content="h1 { inline-size: 45rem }")
    assert page.evaluate(CUT_OFF)
    context.close()
