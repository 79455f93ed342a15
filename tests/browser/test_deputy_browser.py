"""Two hours before the start the owner can't come: a deputy, who could only check people in, runs the evening from a phone."""

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import Site

MAKE = """
from datetime import timedelta
from django.conf import settings
from django.utils import timezone
from meetups.communities.models import Membership
from meetups.communities.permissions import Role
from meetups.volunteers.actions.signups.assign_shift import assign_shift
from meetups.volunteers.models import Chore, Shift
from meetups.volunteers.shift_plan import ShiftPlan
from tests.support import cast
at = timezone.now()
group = cast.community(slug="five", name="夕方の会", owner="olga", at=at - timedelta(days=9))
starts_at = at + timedelta(hours=2)
ends_at = starts_at + timedelta(hours=2)
mc = ShiftPlan(Shift.Phase.EVENT, Shift.Role.MC, "司会", starts_at, ends_at, 1, 1, "")
event = cast.event(of=group, at=at - timedelta(days=9), title="夕方の会 #1", starts_at=starts_at, ends_at=ends_at,
    slots=[cast.first_come_plan(5), cast.duty_plan()], shifts=[mc, cast.teardown_plan(ends_at=ends_at)])
cast.registered("dan", event, at=at - timedelta(days=8))
cast.member("dora", Role.RECEPTION, of=group)
Membership.objects.filter(person=cast.person("olga")).update(deputy=cast.person("dora"))
Shift.objects.filter(event=event).update(lead=cast.person("olga"))
assign_shift(shift=event.shifts.in_order()[0], volunteer=cast.person("olga"), at=at, by=cast.person("olga"))
Chore.objects.create(event=event, text="机を戻す", position=1)
keys = [cast.signed_in(name).cookies[settings.SESSION_COOKIE_NAME].value for name in ("olga", "dora")]
print(event.public_id, *keys)
"""


@pytest.fixture(scope="module")
def made(site: Site) -> list[str]:
    return site.manage("shell", "--no-imports", "--command", MAKE).strip().splitlines()[-1].split()


def phone(browser: Browser, site: Site, key: str) -> Page:
    context = browser.new_context(base_url=site.base_url, locale="en-US", viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site.base_url}])
    return context.new_page()


def button(page: Page, words: str) -> Locator:
    """One of the three of the day."""
    return page.locator(".day-buttons").get_by_role("link", name=words)


def test_the_deputy_runs_the_evening_from_a_phone(site: Site, browser: Browser, made: list[str]) -> None:
    event, owners, deputys = made
    olga, dora = phone(browser, site, owners), phone(browser, site, deputys)
    olga.goto(f"/desk/events/{event}/team/absence/")
    expect(olga.get_by_role("heading", name="To Dora")).to_be_visible()
    expect(olga.locator(".handed-over > li")).to_have_count(4)
    olga.get_by_role("button", name="Pass all of it on").click()
    expect(olga.get_by_text("Passed on to 1 person")).to_be_visible()
    expect(olga.get_by_role("button", name="Undo")).to_be_visible()
    # The deputy finds the event at home and its overview, checks in, sees the program, the shifts and the teardown list.
    dora.goto("/desk/")
    dora.get_by_role("link", name="夕方の会 #1").first.click()
    dora.goto(f"/desk/events/{event}/")
    for words in ("Check-in", "Now", "Teardown"):
        expect(button(dora, words)).to_be_visible()
    button(dora, "Check-in").click()
    dora.get_by_role("button", name="Check in ダン").click()
    expect(dora.get_by_text("ダン is checked in")).to_be_visible()
    button(dora, "Now").click()
    expect(dora).to_have_url(f"{site.base_url}/desk/events/{event}/programme/run/")
    button(dora, "Teardown").click()
    expect(dora.get_by_text("机を戻す").first).to_be_visible()
    dora.goto(f"/desk/events/{event}/shifts/")
    expect(dora.get_by_text("司会").first).to_be_visible()
    dora.goto(f"/desk/events/{event}/cancellation/")
    expect(dora.get_by_role("heading").first).to_be_visible()
    # And the owner comes after all.
    olga.goto(f"/desk/events/{event}/team/")
    olga.get_by_role("button", name="Undo").click()
    expect(olga.get_by_text("Undone.")).to_be_visible()
    assert dora.goto(f"/desk/events/{event}/shifts/").status == 404  # type: ignore[union-attr]
