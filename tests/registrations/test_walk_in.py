"""A person at the door who is not on the list."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.invariants import breaches
from meetups.notifications.models import Notification
from meetups.registrations.models import Registration, Slot
from tests.support import cast

pytestmark = pytest.mark.django_db
AT_THE_DOOR = cast.STARTS_AT - timedelta(minutes=20)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(AT_THE_DOOR, tick=False):
        yield


@pytest.fixture
def door() -> Client:
    cast.community()
    cast.member("chie", Role.RECEPTION)
    return cast.signed_in("chie")


def url_of(event: Event) -> str:
    return f"/desk/events/{event.public_id}/check-in/walk-in/"


def form_of(event: Event, **fields: str) -> dict[str, str]:
    slot = event.slots.exclude(admission=Slot.Admission.DUTY).in_order()[0]
    return {"name": "高橋", "slot": str(slot.pk), "request_id": str(uuid4()), **fields}


def test_a_name_is_enough_and_she_is_in(door: Client) -> None:
    event = cast.event(slots=[cast.first_come_plan(2)])
    assert door.post(url_of(event), form_of(event)).status_code == 302
    registration = Registration.objects.get()
    assert (registration.name, registration.state, registration.attendee) == ("高橋", "confirmed", None)
    assert registration.checked_in_at == AT_THE_DOOR
    assert "@" not in registration.person_key
    subjects = [registration.subject, f"check-in:{registration.pk}"]
    assert set(HistoryEntry.objects.filter(subject__in=subjects).values_list("verb", flat=True)) == {
        "walk_in",
        "check_in",
    }
    assert not Notification.objects.exists()
    assert breaches() == []


def test_sending_the_form_twice_lets_one_person_in(door: Client) -> None:
    event = cast.event(slots=[cast.first_come_plan(5)])
    form = form_of(event)
    for _click in range(2):
        assert door.post(url_of(event), form).status_code == 302
    assert Registration.objects.count() == 1


def test_the_address_of_an_account_makes_the_place_that_persons(door: Client) -> None:
    event = cast.event(slots=[cast.first_come_plan(2)])
    dan = cast.member("dan", Role.RECEPTION)
    door.post(url_of(event), form_of(event, name="ダンさん", email="DAN@example.org"))
    assert Registration.objects.get().attendee == dan
    assert Notification.objects.get().kind == "placed"


def test_the_list_does_not_say_whose_an_address_is_that_was_never_here(door: Client) -> None:
    """Anyone can found a community and type addresses (RULES 28)."""
    event = cast.event(slots=[cast.first_come_plan(2)])
    cast.person("finn")
    door.post(url_of(event), form_of(event, name="高橋", email="finn@example.org"))
    registration = Registration.objects.get()
    assert (registration.attendee, registration.name) == (None, "高橋")
    assert not Notification.objects.exists()


def test_an_address_without_a_proved_account_is_not_kept(door: Client) -> None:
    event = cast.event(slots=[cast.first_come_plan(2)])
    cast.person("dan").emailaddress_set.update(verified=False)  # type: ignore[attr-defined]
    for email in ("dan@example.org", "nobody@example.net"):
        door.post(url_of(event), form_of(event, email=email))
    for registration in Registration.objects.all():
        assert registration.attendee is None
        assert "example" not in registration.person_key


def test_who_has_a_seat_already_is_checked_in(door: Client) -> None:
    event = cast.event(slots=[cast.first_come_plan(1)])
    registration = cast.registered("dan", event)
    door.post(url_of(event), form_of(event, email="dan@example.org"))
    registration.refresh_from_db()
    assert registration.checked_in_at == AT_THE_DOOR
    assert Registration.objects.count() == 1


def test_full_is_full_until_somebody_says_above_the_number_of_seats(door: Client) -> None:
    event = cast.event(slots=[cast.first_come_plan(1)])
    cast.registered("dan", event)
    refused = door.post(url_of(event), form_of(event))
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "Add over capacity" in page
    assert "No seat is free" in page
    assert "高橋" in page, "what was typed is still there"
    assert Registration.objects.count() == 1
    assert door.post(url_of(event), form_of(event, above="on")).status_code == 302
    guest = Registration.objects.get(guest_name="高橋")
    assert guest.above_capacity
    slot = event.slots.get()
    assert (slot.taken, slot.capacity) == (1, 1)
    assert breaches() == []


def test_who_waits_is_let_in(door: Client) -> None:
    event = cast.event(slots=[cast.first_come_plan(1)])
    cast.registered("dan", event)
    waiting = cast.registered("emi", event)
    page = door.get(f"/desk/events/{event.public_id}/check-in/?q=絵美").content.decode()
    assert f"walk-in/?registration={waiting.pk}" in page
    form = {"registration": str(waiting.pk), "slot": str(event.slots.get().pk)}
    assert door.post(url_of(event), form).status_code == 409
    assert door.post(url_of(event), {**form, "above": "on"}).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.state, waiting.above_capacity, waiting.place) == ("confirmed", True, None)
    assert waiting.checked_in_at == AT_THE_DOOR
    assert breaches() == []


@pytest.mark.parametrize("when", [cast.STARTS_AT - timedelta(hours=4), cast.ENDS_AT + timedelta(hours=4)])
def test_reception_adds_no_one_before_check_in_opens_or_after_it_has_closed(door: Client, when: object) -> None:
    """Check-in rights do not include the right to edit: while check-in is closed, no one can be added here."""
    event = cast.event(slots=[cast.first_come_plan(5)])
    with time_machine.travel(when, tick=False):  # type: ignore[arg-type]
        assert "Check-in is closed" in door.get(url_of(event)).content.decode()
        assert door.post(url_of(event), form_of(event)).status_code == 409
    assert not Registration.objects.exists()


def test_a_duty_slot_is_not_given_at_the_door(door: Client) -> None:
    event = cast.event()
    duty = cast.slot_of(event, Slot.Admission.DUTY)
    assert door.post(url_of(event), form_of(event, slot=str(duty.pk))).status_code == 422
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "\u3164"},
        {"name": "a\x00b"},
        {"slot": "99999999999999999999999"},
        {"slot": "x"},
        {"request_id": "x"},
        {"email": "not an address"},
        {"name": "x" * 61},
    ],
)
def test_what_makes_no_sense_is_refused(door: Client, fields: dict[str, str]) -> None:
    event = cast.event(slots=[cast.first_come_plan(5)])
    assert door.post(url_of(event), form_of(event, **fields)).status_code == 422
    assert not Registration.objects.exists()


@pytest.mark.parametrize("number", ["x", "0", "9" * 30, "-1"])
def test_a_number_that_nobody_waits_under_is_not_found(door: Client, number: str) -> None:
    event = cast.event(slots=[cast.first_come_plan(5)])
    assert door.get(url_of(event), {"registration": number}).status_code == 404


class TestByHand:
    """The same action by organizers, before the event."""

    @pytest.fixture
    def desk(self) -> Client:
        cast.community()
        return cast.signed_in("aiko")

    def test_an_organizer_puts_people_on_the_list(self, desk: Client) -> None:
        with time_machine.travel(cast.NOW, tick=False):
            event = cast.event()
            url = f"/desk/events/{event.public_id}/places/by-hand/"
            assert desk.post(url, form_of(event)).status_code == 302
            cast.member("dan", Role.RECEPTION)
            assert desk.post(url, form_of(event, name="ダン", email="dan@example.org")).status_code == 302
            again = desk.post(url, form_of(event, name="ダン", email="dan@example.org"))
        assert "ダン is already registered for this event" in again.content.decode()
        assert Registration.objects.confirmed().filter(checked_in_at=None).count() == 2
        assert event.slots.in_order()[0].taken == 2
        assert breaches() == []

    def test_an_entrant_is_moved_before_the_entries_close_and_not_afterwards(self, desk: Client) -> None:
        event = cast.event(at=cast.NOW)
        url = f"/desk/events/{event.public_id}/places/by-hand/"
        dan, emi = cast.registered("dan", event), cast.registered("emi", event)
        with time_machine.travel(cast.NOW, tick=False):
            assert desk.post(url, form_of(event, email="dan@example.org")).status_code == 302
        with time_machine.travel(cast.CLOSES_AT, tick=False):
            refused = desk.post(url, form_of(event, email="emi@example.org"))
            assert refused.status_code == 409
            assert "only the draw decides" in refused.content.decode()
        dan.refresh_from_db()
        emi.refresh_from_db()
        assert (dan.state, dan.entry_id, emi.state) == ("confirmed", None, "applied")

    def test_seats_that_a_frozen_list_was_promised_are_not_given_away(self, desk: Client) -> None:
        event = cast.event(slots=[cast.lottery_plan(3)])
        cast.registered("dan", event)
        url = f"/desk/events/{event.public_id}/places/by-hand/"
        with time_machine.travel(cast.CLOSES_AT + timedelta(minutes=1), tick=False):
            assert desk.post(url, form_of(event)).status_code == 409
            assert desk.post(url, form_of(event, above="on")).status_code == 302
        assert Registration.objects.get(guest_name="高橋").above_capacity
        cast.draw(event)
        assert breaches() == []
