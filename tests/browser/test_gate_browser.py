"""The gate on a stranger's phone: how many clicks and fields it takes, with scripts, without, and by keyboard alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.conftest import Site
from tests.journeys.journey import Mails

MAKE = """
from datetime import timedelta
from django.utils import timezone
from meetups.registrations.actions.pairs.invite_partner import invite_partner
from meetups.registrations.models import Slot
from tests.support import cast
at = timezone.now()
group = cast.community(slug="gate", name="Gate group", owner="gina", at=at)
starts_at = at + timedelta(days=20)
event = cast.event(of=group, at=at, title="At the gate", starts_at=starts_at, ends_at=starts_at + timedelta(hours=2),
    slots=[cast.lottery_plan(20, starts_at=starts_at, at=at), cast.duty_plan()])
Slot.objects.filter(event=event).update(takes_pairs=True)
print(f"/events/{event.public_id}/")
for name in ("greta", "gus", "gerda"):
    lead = cast.registered(name, event, at=at)
    print(f"/pairs/{invite_partner(registration=lead, at=at, by=lead.attendee).token}/")
"""


@pytest.fixture(scope="module")
def made(site: Site) -> list[str]:
    """The page of an event with a lottery and teardown, and the links with which Greta, Gus and Gerda ask for a second."""
    return site.manage("shell", "--no-imports", "--command", MAKE).strip().splitlines()[-4:]


@pytest.fixture(scope="module")
def event(made: list[str]) -> str:
    return made[0]


@pytest.fixture(scope="module")
def links(made: list[str]) -> list[str]:
    return made[1:]


# More than any page has.
MOST_STOPS = 90
HAS_FOCUS = "element => document.activeElement === element"
# Whether a person sees where the focus is: it has a ring, and nothing lies over it.
SHOWS_FOCUS = """element => {
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none';
  return element.matches(':focus-visible') && ring && element.contains(top);
}"""


@dataclass
class Hand:
    """A thumb on a phone: it counts what it presses and what it fills in. With `keys` it has a keyboard and nothing else."""

    page: Page
    mails: Mails
    keys: bool = False
    clicks: int = 0
    fields: int = 0

    def press(self, words: str, *, within: str = "main, .sticky-action") -> None:
        """One click on a link or button that leads to another page."""
        self.clicks += 1
        place = self.page.locator(within)
        target = place.get_by_role("link", name=words).or_(place.get_by_role("button", name=words))
        self._click(target.locator("visible=true").first)

    def fill(self, name: str, text: str) -> None:
        """One field. Keys are not counted."""
        self.fields += 1
        field = self.page.locator(f"input[name={name}]")
        if self.keys:
            self.tab_to(field)
            self.page.keyboard.type(text)
        else:
            field.fill(text)

    def _click(self, target: Locator) -> None:
        if self.keys:
            self.tab_to(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter") if self.keys else target.click()

    def tab_to(self, target: Locator) -> None:
        """From where the focus is, forwards."""
        for _stop in range(MOST_STOPS):
            if target.evaluate(HAS_FOCUS):
                break
            self.page.keyboard.press("Tab")
        assert target.evaluate(HAS_FOCUS)
        assert target.evaluate(SHOWS_FOCUS), target

    def through(self, words: str) -> tuple[int, int]:
        """Name, address, the action, the code: clicks and fields in all."""
        self.fill("name", "Nana")
        self.fill("email", self.mails.address)
        self.press(words)
        found = re.search(r"\b\d{6}\b", self.mails.await_one(0)["subject"])
        assert found
        self.fill("code", found[0])
        self.clicks += 1
        self._click(self.page.locator(".code-entry button[type=submit]"))
        return self.clicks, self.fields


@pytest.fixture(params=["scripts", "no-scripts", "keyboard"])
def hand(request: pytest.FixtureRequest, site: Site, browser: Browser) -> Iterator[Hand]:
    context = browser.new_context(
        base_url=site.base_url,
        locale="en-US",
        viewport={"width": 390, "height": 844},
        java_script_enabled=request.param != "no-scripts",
    )
    address = f"{re.sub('[^a-z]', '', request.node.name)}@example.org"
    yield Hand(context.new_page(), Mails(site.mails_url, address), keys=request.param == "keyboard")
    context.close()


def test_a_stranger_takes_teardown_with_three_clicks_and_three_fields(hand: Hand, event: str) -> None:
    hand.page.goto(event)
    hand.press("Sign up for teardown")
    assert hand.through("Sign up for teardown") == (3, 3)
    assert hand.page.url.endswith(f"{event}registration/")
    assert "The shift is yours." in hand.page.locator("main").inner_text()


def test_a_stranger_registers_with_three_clicks_and_three_fields(hand: Hand, event: str) -> None:
    hand.page.goto(event)
    hand.press("Enter the lottery")
    assert hand.through("Enter the lottery") == (3, 3)
    assert hand.page.url.endswith(f"{event}registration/")


def test_a_stranger_joins_as_the_second_of_a_pair_with_fewer(hand: Hand, links: list[str]) -> None:
    # The link is for one person, so each browser has its own. Opening it in the mail is the third click.
    hand.page.goto(links.pop())
    assert hand.through("Enter as a pair") == (2, 3)
    assert "in this lottery as a pair with" in hand.page.locator("main").inner_text()


def test_a_wide_address_passes_the_browser(hand: Hand, event: str) -> None:
    hand.page.goto(event)
    hand.press("Sign up for teardown")
    hand.fill("name", "Nana")
    hand.fill("email", "".join(chr(ord(letter) + 0xFEE0) for letter in hand.mails.address))
    hand.press("Sign up for teardown")
    assert hand.page.url.endswith("/code/")
    assert hand.mails.address in hand.page.locator("main").inner_text()


@pytest.mark.parametrize("hand", ["keyboard"], indirect=True)
def test_a_focus_that_no_one_sees_would_be_noticed(hand: Hand, event: str) -> None:
    hand.page.goto(event)
    link = hand.page.get_by_role("link", name="Enter the lottery").locator("visible=true").first
    hand.tab_to(link)
    link.evaluate("link => (link.style.outline = link.style.boxShadow = 'none')")
    assert not link.evaluate(SHOWS_FOCUS)
