"""A new event in a real browser: the organizer types title, date and time; everything else is filled in already."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Site
from tests.support.cast import PASSWORD

MOST_CLICKS, MOST_KEYS = 12, 60
TITLE = "ML勉強会 #16 推薦の評価"
MAKE = (
    "from tests.support import cast\n"
    "cast.person('yuki', language='en')\n"
    "cast.community(slug='desk', name='Desk group', owner='yuki', language='en')"
)


@pytest.fixture(scope="module")
def _organizer(site: Site) -> None:
    site.manage("shell", "--no-imports", "--command", MAKE)


@pytest.fixture
def page(site: Site, browser: Browser, _organizer: None, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A signed-in user's phone, whose browser must report no errors. With the parameter False it runs no scripts."""
    context = browser.new_context(
        base_url=site.base_url,
        locale="en-US",
        viewport={"width": 390, "height": 844},
        java_script_enabled=getattr(request, "param", True),
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto("/accounts/login/")
    page.fill("input[name=login]", "yuki@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url("**/me/")
    yield page
    context.close()
    assert faults == []


class Hands:
    """Counts clicks and keystrokes."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0
        self.keys = 0

    def click(self, what: str) -> None:
        self.clicks += 1
        self.page.locator(what).click()

    def press(self, key: str) -> None:
        self.keys += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.keys += len(text)
        self.page.keyboard.type(text)


def coming(days: int = 30) -> date:
    return date.today() + timedelta(days=days)  # noqa: DTZ011 - the browser types the same day


def test_an_event_takes_few_clicks_and_keystrokes(page: Page) -> None:
    page.goto("/desk/")
    hands = Hands(page)
    hands.click(".community-rows a[href$='/desk/c/desk/events/new/']")
    hands.click("#id_title")
    hands.type(TITLE)
    hands.press("Tab")
    hands.type(f"{coming():%m%d%Y}")
    hands.click("#id_starts")
    hands.type("0200PM")
    # The end follows the start, and the page says what will happen before anything is sent.
    expect(page.locator("#id_ends")).to_have_value("16:00")
    expect(page.locator("#plan .steps")).to_contain_text("12:00 PM")
    expect(page.locator("#plan")).to_contain_text("40 seats")
    expect(page.locator("button[value=publish]")).to_contain_text("Draw: ")
    hands.click("button[value=publish]")
    expect(page.locator("h1")).to_contain_text("推薦の評価")
    expect(page.locator(".messages")).to_contain_text("Published")
    assert hands.clicks <= MOST_CLICKS
    assert hands.keys <= MOST_KEYS


@pytest.mark.parametrize("page", [False], indirect=True)
def test_it_works_without_scripts(page: Page) -> None:
    page.goto("/desk/c/desk/events/new/")
    page.fill("#id_title", "Without scripts")
    page.fill("#id_day", f"{coming():%Y-%m-%d}")
    page.fill("#id_starts", "14:00")
    page.fill("#id_description", "**bold**")
    page.click("button[value=preview]")
    expect(page.locator("#plan .steps")).to_contain_text("12:00 PM")
    expect(page.locator(".preview strong")).to_have_text("bold")
    page.click("button[value=draft]")
    expect(page.locator(".next h2")).to_have_text("Publish the draft")


def test_the_page_shows_what_applies(page: Page) -> None:
    page.goto("/desk/c/desk/events/new/")
    expect(page.locator("#id_venue_name")).to_be_visible()
    expect(page.locator("#id_rehearsal")).to_be_hidden()
    page.locator("label", has_text="Online").click()
    expect(page.locator("#id_venue_name")).to_be_hidden()
    expect(page.locator("#id_teardown")).to_be_hidden()
    expect(page.locator("#id_rehearsal")).to_be_visible()
    page.locator("label", has_text="First come").click()
    expect(page.locator("#id_draws")).to_be_hidden()
    page.fill("#id_description", "- one\n- two")
    expect(page.locator(".preview li")).to_have_count(2)


def test_names_are_ticked_off_as_one_types(site: Site, page: Page) -> None:
    site.manage(
        "shell",
        "--no-imports",
        "--command",
        "from django.utils import timezone\n"
        "from datetime import timedelta\n"
        "from tests.support import cast\n"
        "at = timezone.now()\n"
        "event = cast.event(of=cast.community(slug='desk'), slots=[cast.first_come_plan(9)], at=at, title='Door',\n"
        "    starts_at=at + timedelta(hours=2), ends_at=at + timedelta(hours=4))\n"
        "[cast.registered(cast.person(name), event, at=at) for name in ('tanaka', 'suzuki', 'sato')]",
    )
    page.goto("/desk/")
    page.get_by_role("link", name="Door", exact=True).click()
    page.get_by_role("link", name="Go to check-in").click()
    page.locator("#q").press_sequentially("ｔａｎ")
    expect(page.locator(".door > li")).to_have_count(1)
    page.get_by_role("button", name="Check in Tanaka").click()
    expect(page.locator(".door-count")).to_contain_text("1 / 3")
    expect(page.locator("#q")).to_have_value("")
    page.locator(".arrivals").get_by_role("button", name="Undo check-in of Tanaka").click()
    expect(page.locator(".door-count")).to_contain_text("0 / 3")


MOST_ACTIONS = 18


def test_an_event_with_four_slots_takes_few_actions(page: Page) -> None:
    """On site, with a venue. A click is an action, and so is typing a value; the keys between fields come with it."""
    page.goto("/desk/c/desk/")
    actions: list[str] = []

    def click(what: str, label: str) -> None:
        actions.append(f"click: {label}")
        page.locator(what).first.click()

    def fill(what: str, value: str) -> None:
        actions.append(f"type: {what.removeprefix('#id_')}")
        page.locator(what).fill(value)

    click("a[href$='/desk/c/desk/events/new/']", "New event")
    fill("#id_title", "Four slots #1")
    fill("#id_day", f"{coming():%Y-%m-%d}")
    fill("#id_starts", "14:00")
    fill("#id_ends", "16:30")
    fill("#id_venue_name", "Roppongi 18F")
    fill("#id_venue_address", "6-10-1 Roppongi, Minato, Tokyo")
    fill("#id_venue_capacity", "60")
    fill("#id_capacity", "50")
    fill("#id_slot1_name", "Students")
    fill("#id_slot1_seats", "8")
    # What does not fit is said before anything is saved, and mended with one click.
    expect(page.locator("#sum .seat-sum-over")).to_contain_text("66 people, and the room holds 60")
    click("#sum .seat-sum-over button", "Make General 44 seats")
    expect(page.locator("#sum .seat-sum-fits")).to_contain_text("60 of the 60")
    click("button[value=publish]", "Publish")
    expect(page.locator(".messages")).to_contain_text("Published")
    print("\n".join(f"{number}. {action}" for number, action in enumerate(actions, start=1)))
    assert len(actions) <= MOST_ACTIONS


def test_an_end_on_the_next_day_is_asked_for_while_typing(page: Page) -> None:
    page.goto("/desk/c/desk/events/new/")
    page.fill("#id_title", "Late")
    page.fill("#id_day", f"{coming():%Y-%m-%d}")
    page.fill("#id_starts", "20:00")
    page.fill("#id_ends", "01:00")
    expect(page.locator(".asks-next-day")).to_be_visible()
    page.locator(".asks-next-day button").click()
    expect(page.locator(".asks-next-day")).to_have_count(0)
    expect(page.locator("#plan .plan-title")).to_contain_text("Late")
