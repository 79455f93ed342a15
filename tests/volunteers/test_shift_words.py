"""Pages and mails say the truth about a shift: what a volunteer gets for it, and what remains if they go home early."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from meetups.events.models import Event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.actions.deliver import deliver
from meetups.registrations.models import Registration
from meetups.volunteers.actions.shifts.plan_shift import plan_shift
from meetups.volunteers.hours import hours
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_plan import ShiftPlan
from tests.support import cast

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield
        assert breaches() == []


def page(path: str, who: str = "emi") -> str:
    return str(cast.signed_in(who).get(path).content.decode())


def first_come_with_reception() -> tuple[Event, Shift]:
    """A first-come event: Dan has a seat and Emi does teardown. The shift 受付 (reception) also guarantees a seat."""
    event = cast.event(slots=[cast.first_come_plan(), cast.duty_plan()], shifts=[cast.teardown_plan()])
    teardown, starts_at = cast.shift_of(event), event.starts_at - 2 * HOUR
    plan = ShiftPlan(Shift.Phase.SETUP, Shift.Role.SETUP, "受付", starts_at, starts_at + HOUR, 1, 2)
    reception = plan_shift(event=event, plan=plan, guarantees_seat=True, at=cast.NOW, by=cast.person("aiko"))
    cast.registered("dan", event)
    cast.volunteering("emi", event, shift=teardown)
    return event, reception


class TestTaking:
    def test_who_has_a_certain_seat_is_not_promised_one_on_the_button(self) -> None:
        event, reception = first_come_with_reception()
        for path in (
            f"/events/{event.public_id}/shifts/",
            "/shifts/",
            f"/events/{event.public_id}/shifts/{reception.pk}/signup/",
        ):
            with_a_shift, with_a_seat = page(path), page(path, "dan")
            assert "Your seat stays confirmed." in with_a_shift
            assert "Your registration in “先着枠” moves to this seat." in with_a_seat
            for html in (with_a_shift, with_a_seat):
                assert "You get a seat right away" not in html
            assert "You get a seat right away" in page(path, "finn")

    def test_shifts_on_the_page_of_a_registration_have_their_names(self) -> None:
        event, _reception = first_come_with_reception()
        html = page(f"/events/{event.public_id}/registration/", "dan")
        assert html.index("Volunteers needed") < html.index(">受付</a>") < html.index("Plans changed?")
        assert "Sign up for setup" not in html


class TestMails:
    def test_who_takes_a_shift_with_a_seat_reads_until_when_stepping_down_is_free(self) -> None:
        event = cast.event()
        shift = cast.shift_of(event)
        cast.signed_in("emi").post(f"/events/{event.public_id}/shifts/{shift.pk}/signup/")
        deliver(at=cast.NOW + 2 * HOUR)
        [letter] = [one for one in mail.outbox if one.to == ["emi@example.org"]]
        assert "You can cancel your shift freely until Fri, Dec 4, 2:00 PM" in letter.body

    @pytest.mark.parametrize(
        ("minutes", "words"),
        [(60, "1 hour"), (195, "3 hours 15 minutes"), (45, "45 minutes"), (121, "2 hours 1 minute")],
    )
    def test_times_are_said_in_hours_and_minutes(self, minutes: int, words: str) -> None:
        assert hours(timedelta(minutes=minutes)) == words


class TestGoingHomeEarly:
    def letters_after_leaving(self, event: Event, shift: Shift, *, after: timedelta) -> dict[str, mail.EmailMessage]:
        """The mails, by address, if Emi leaves so long after the start of the event."""
        deliver(at=cast.NOW)
        mail.outbox.clear()
        at = event.starts_at + after
        with time_machine.travel(at, tick=False):
            cast.signed_in("emi").post(f"/events/{event.public_id}/shifts/{shift.pk}/signup/end/")
        for later in (at, at + 2 * HOUR):
            deliver(at=later)
        return {one.to[0].partition("@")[0]: one for one in mail.outbox}

    def test_in_the_middle_of_teardown_she_is_thanked_and_organizers_read_just_that(self) -> None:
        event = cast.event()
        signup = cast.volunteering("emi", event)
        lasts = event.ends_at - event.starts_at
        letters = self.letters_after_leaving(event, signup.shift, after=lasts + HOUR / 2)
        assert letters.keys() == {"aiko", "emi"}
        assert letters["emi"].subject.startswith("You left your shift early")
        assert "You still count as having attended the event." in letters["emi"].body
        assert "no one was on the waitlist" not in letters["emi"].body
        assert letters["aiko"].subject.startswith("途中退出「撤収」：")
        assert "シフト「撤収」の途中で、絵美さんが退出しました。" in letters["aiko"].body
        assert "代わり" not in letters["aiko"].body
        assert "<bdi>絵美</bdi> left “撤収” early" in page(f"/desk/events/{event.public_id}/", "aiko")

    def test_who_is_checked_in_reads_that_this_is_why_the_seat_stays(self) -> None:
        event = cast.event()
        signup = cast.volunteering("emi", event)
        Registration.objects.update(checked_in_at=event.starts_at)
        letters = self.letters_after_leaving(event, signup.shift, after=HOUR / 2)
        assert "You keep your seat: you’re checked in." in letters["emi"].body
        assert "no one was on the waitlist" not in letters["emi"].body
