"""Seats that outlive their shift: of people who are checked in, and of everyone once the event is over (RULES 41, 110 to 112)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.test import Client

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.actions.deliver import deliver
from meetups.registrations.actions.arrivals.check_in import check_in
from meetups.registrations.actions.arrivals.undo_check_in import SeatWouldFall, undo_check_in
from meetups.registrations.actions.imports.place_by_hand import place_by_hand
from meetups.registrations.models import Registration, Slot
from meetups.registrations.pen.people_by_hand import AddedPerson
from meetups.speakers.actions.talks.withdraw_talk import withdraw_talk
from meetups.volunteers.actions.signups.step_down import step_down
from meetups.volunteers.models import Shift
from tests.support import cast

pytestmark = pytest.mark.django_db
State = Registration.State
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DOOR = cast.STARTS_AT - HOUR


@pytest.fixture(autouse=True)
def invariants_hold(db: None) -> Iterator[None]:
    yield
    assert breaches() == []


@pytest.fixture
def event() -> Event:
    """One seat, which Dan has. Emi and Finn do teardown, for which two are enough."""
    event = cast.event(
        slots=[cast.first_come_plan(1), cast.duty_plan()], shifts=[cast.teardown_plan(minimum=1, maximum=2)]
    )
    cast.registered("dan", event)
    for name in ("emi", "finn"):
        cast.volunteering(name, event)
    return event


def seat(name: str, event: Event) -> Registration:
    return Registration.objects.select_related("slot", "event").filter(attendee=cast.person(name), event=event)[0]


def arrives(name: str, event: Event, *, at: datetime = DOOR) -> None:
    check_in(registration=seat(name, event), at=at, by=cast.member("chie", Role.RECEPTION))


def goes_early(name: str, event: Event, *, at: datetime = cast.STARTS_AT + HOUR) -> None:
    step_down(
        signup=cast.shift_of(event).signups.active().get(volunteer=cast.person(name)), at=at, by=cast.person(name)
    )


def duty(event: Event) -> tuple[int, int]:
    """How many of the seats of volunteers are taken, and how many there are."""
    slot = cast.slot_of(event, Slot.Admission.DUTY)
    return slot.taken, slot.capacity


def page(client: Client, url: str) -> str:
    return " ".join(client.get(url).content.decode().replace("<wbr>", "").split())


def sent(client: Client, url: str, **fields: object) -> str:
    return " ".join(client.post(url, fields, follow=True).content.decode().replace("<wbr>", "").split())


def letters(at: datetime) -> list[mail.EmailMessage]:
    mail.outbox.clear()
    deliver(at=at)
    return list(mail.outbox)


def cancellation(event: Event) -> str:
    return f"/desk/events/{event.public_id}/shifts/{Shift.objects.get(event=event).pk}/cancellation/"


class TestCanceledShift:
    def test_a_shift_is_canceled_although_a_volunteer_is_in_the_room(self, desk: Client, event: Event) -> None:
        arrives("emi", event)
        with time_machine.travel(cast.STARTS_AT, tick=False):
            asked = page(desk, cancellation(event))
            assert "1 of them is checked in and keeps their seat." in asked
            assert "is canceled." in sent(desk, cancellation(event))
        assert (seat("emi", event).state, seat("emi", event).above_capacity) == (State.CONFIRMED, True)
        assert seat("finn", event).state == State.CANCELLED, "registration closes at the start"
        assert duty(event) == (0, 0)

    def test_everyone_keeps_their_seat_once_the_event_is_over(self, desk: Client, event: Event) -> None:
        arrives("emi", event)
        at = cast.ENDS_AT + timedelta(minutes=10)
        with time_machine.travel(at, tick=False):
            assert "The event is over, so everyone keeps their seat on record." in page(desk, cancellation(event))
            sent(desk, cancellation(event))
        assert {seat(name, event).state for name in ("emi", "finn")} == {State.CONFIRMED}
        assert duty(event) == (0, 0)
        bodies = {letter.to[0]: letter.body for letter in letters(at)}
        assert "one was free" not in bodies["finn@example.org"]

    def test_the_page_asks_nothing_that_would_be_refused(self, desk: Client, event: Event) -> None:
        with time_machine.travel(cast.ENDS_AT + HOUR, tick=False):
            answer = desk.get(cancellation(event), follow=True)
        assert "This shift is over, so it can’t be canceled." in answer.content.decode()
        assert answer.redirect_chain
        with time_machine.travel(cast.NOW, tick=False):
            sent(desk, cancellation(event))
            assert desk.get(cancellation(event)).status_code == 302


class TestLowerMaximum:
    def test_a_maximum_goes_down_after_a_volunteer_went_early(self, desk: Client, event: Event) -> None:
        arrives("emi", event)
        goes_early("emi", event)
        assert duty(event) == (1, 2)
        fields = {
            "title": "撤収",
            "role": "teardown",
            "phase": "teardown",
            "minimum": "1",
            "maximum": "1",
            "starts": "2026-12-05T16:30",
            "ends": "2026-12-05T17:30",
        }
        with time_machine.travel(cast.STARTS_AT + 2 * HOUR, tick=False):
            assert "Saved." in sent(desk, f"/desk/events/{event.public_id}/shifts/{cast.shift_of(event).pk}/", **fields)
        assert duty(event) == (1, 1)

    def test_below_who_does_it_is_refused_with_the_number_all_the_same(self, desk: Client, event: Event) -> None:
        fields = {
            "title": "撤収",
            "role": "teardown",
            "phase": "teardown",
            "minimum": "1",
            "maximum": "1",
            "starts": "2026-12-05T16:30",
            "ends": "2026-12-05T17:30",
        }
        with time_machine.travel(cast.NOW, tick=False):
            answer = sent(desk, f"/desk/events/{event.public_id}/shifts/{cast.shift_of(event).pk}/", **fields)
        assert "2 people have already signed up" in answer
        assert duty(event) == (2, 2)

    def test_the_place_of_who_went_early_has_a_seat_for_the_next_volunteer(self, event: Event) -> None:
        arrives("emi", event)
        goes_early("emi", event)
        cast.volunteering("jun", event, at=cast.STARTS_AT + 2 * HOUR)
        assert not seat("jun", event).above_capacity
        assert duty(event) == (2, 2)


class TestUndo:
    def undo(self, client: Client, event: Event, name: str = "emi", **fields: object) -> str:
        return sent(
            client, f"/desk/events/{event.public_id}/registrations/{seat(name, event).pk}/arrival/", undo="1", **fields
        )

    def test_it_says_first_what_becomes_of_the_seat_and_then_that_happens(self, event: Event) -> None:
        cast.member("chie", Role.RECEPTION)
        cast.signed_in("emi")  # with mails in English
        arrives("emi", event)
        goes_early("emi", event, at=DOOR)
        door = cast.signed_in("chie")
        with time_machine.travel(DOOR + HOUR / 2, tick=False):
            asked = self.undo(door, event)
            assert seat("emi", event).checked_in_at == DOOR, "nothing yet"
            assert "Undo the check-in of <bdi>絵美</bdi>?" in asked
            assert "goes to the end of the waitlist for “先着枠”" in asked
            self.undo(door, event, seat_falls="1")
        assert (seat("emi", event).state, seat("emi", event).slot.admission) == (State.WAITLISTED, "first_come")
        [letter] = [one for one in letters(DOOR + HOUR / 2) if one.to == ["emi@example.org"]]
        assert "You’re now at the end of the waitlist." in letter.body

    def test_where_nothing_depends_on_it_one_click_is_enough(self, event: Event) -> None:
        arrives("emi", event)
        arrives("dan", event)
        door = cast.signed_in("aiko")
        for name in ("emi", "dan"):
            with time_machine.travel(DOOR, tick=False):
                self.undo(door, event, name)
            assert (seat(name, event).state, seat(name, event).checked_in_at) == (State.CONFIRMED, None)

    def test_it_is_refused_where_nobody_was_told(self, event: Event) -> None:
        arrives("emi", event)
        goes_early("emi", event)
        with pytest.raises(SeatWouldFall):
            undo_check_in(registration=seat("emi", event), at=cast.STARTS_AT + 2 * HOUR, by=cast.person("aiko"))
        assert seat("emi", event).checked_in_at == DOOR

    def test_after_the_event_the_seat_stays(self) -> None:
        starts_at = cast.STARTS_AT - 365 * DAY
        event = cast.event(
            slots=[cast.first_come_plan(1), cast.duty_plan()],
            starts_at=starts_at,
            ends_at=starts_at + 2 * HOUR,
            at=starts_at - 7 * DAY,
        )
        cast.volunteering("emi", event, at=starts_at - 7 * DAY)
        arrives("emi", event, at=starts_at)
        goes_early("emi", event, at=starts_at + HOUR)
        undo_check_in(registration=seat("emi", event), at=starts_at + 3 * HOUR, by=cast.person("aiko"))
        assert (seat("emi", event).state, seat("emi", event).checked_in_at) == (State.CONFIRMED, None)

    def test_a_speaker_whose_talk_was_withdrawn_is_treated_alike(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(1), cast.invited_plan(1)])
        cast.registered("dan", event)
        talk = cast.talk("emi", event)
        arrives("emi", event)
        withdraw_talk(talk=talk, at=DOOR, by=talk.speaker)
        assert seat("emi", event).slot.admission == "invited"
        undo_check_in(registration=seat("emi", event), at=DOOR, by=cast.person("aiko"), seat_falls=True)
        assert (seat("emi", event).state, seat("emi", event).slot.admission) == (State.WAITLISTED, "first_come")

    def test_a_seat_that_was_given_by_hand_stays(self) -> None:
        """Emi spoke once, fell back, and was then brought in by hand: nothing that has ended holds that seat."""
        event = cast.event(slots=[cast.first_come_plan(1), cast.invited_plan(2)])
        cast.registered("dan", event)
        withdraw_talk(talk=cast.talk("emi", event), at=cast.NOW, by=cast.person("emi"))
        assert seat("emi", event).state == State.WAITLISTED
        invited = cast.slot_of(event, Slot.Admission.INVITED)
        added = AddedPerson("絵美", "emi@example.org", uuid4())
        place_by_hand(slot=invited, added=added, above=False, at=cast.NOW + HOUR, by=cast.person("aiko"))
        arrives("emi", event)
        undo_check_in(registration=seat("emi", event), at=DOOR, by=cast.person("aiko"))
        assert (seat("emi", event).state, seat("emi", event).slot.admission) == (State.CONFIRMED, "invited")


class TestPages:
    """What a page announces is what happens, and nothing is asked that would be refused (RULES 112)."""

    def test_a_seat_outside_the_count_becomes_nobodys(self, event: Event) -> None:
        arrives("emi", event)
        goes_early("emi", event, at=DOOR)
        with time_machine.travel(DOOR, tick=False):
            asked = page(cast.signed_in("emi"), f"/events/{event.public_id}/registration/cancellation/")
        assert "give up your seat" in asked
        assert "becomes available" not in asked

    @pytest.mark.parametrize("path", ["registration/cancellation/", "shifts/{shift}/signup/end/"])
    def test_after_it_nothing_is_asked(self, path: str, event: Event) -> None:
        url = f"/events/{event.public_id}/{path.format(shift=cast.shift_of(event).pk)}"
        emi = cast.signed_in("emi")
        with time_machine.travel(cast.NOW, tick=False):
            assert emi.get(url).status_code == 200
        with time_machine.travel(cast.ENDS_AT + HOUR, tick=False):
            assert emi.get(url).status_code == 302
            assert emi.post(url).status_code == 409


def test_an_event_that_is_over_and_gets_a_later_date_leaves_nobody_in_a_shift_that_ended(event: Event) -> None:
    arrives("emi", event)
    over = cast.ENDS_AT + timedelta(minutes=10)
    for name in ("emi", "finn"):
        goes_early(name, event, at=over)
    fields: dict[str, object] = {"starts_at": cast.STARTS_AT + 7 * DAY, "ends_at": cast.ENDS_AT + 7 * DAY}
    with time_machine.travel(over, tick=False):
        change_event(event=event, fields=fields, at=over, by=cast.person("aiko"))
        assert seat("emi", event).state == State.CONFIRMED, "who was there stays checked in"
        assert (seat("finn", event).state, seat("finn", event).slot.admission) == (State.WAITLISTED, "first_come")
        assert breaches() == []
