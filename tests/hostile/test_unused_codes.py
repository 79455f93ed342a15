"""Codes are no way to write to strangers in the name of an event, and honest newcomers pass (RULES 210)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from meetups.events.models import Event
from meetups.notifications.models import Notification
from meetups.registrations.models import HeldPlace, Registration
from meetups.registrations.unverified_places import code_of
from tests.support import cast
from tests.support.gate import code_for

pytestmark = pytest.mark.django_db


def visitor(number: int) -> Client:
    """Each comes from a network of their own."""
    return Client(REMOTE_ADDR=f"192.0.2.{number}", headers={"accept-language": "en"})


def ask(client: Client, event: Event, email: str) -> Any:
    slot = event.slots.get()
    sent = {"slot": slot.public_id, "asked": slot.public_id, "name": "Guest", "email": email}
    return client.post(reverse("registration", args=[event.public_id]), sent)


def type_code(client: Client, event: Event, email: str) -> int:
    typed = code_of(HeldPlace.objects.get(email=email, state=HeldPlace.State.HELD))
    return client.post(reverse("registration_code", args=[event.public_id]), {"code": typed}).status_code


def codes_sent() -> int:
    return Notification.objects.filter(kind="place_code").count()


def test_an_event_stops_writing_to_addresses_that_never_answer(settings: LazySettings) -> None:
    settings.UNUSED_CODES_A_DAY = 4
    event = cast.event(slots=[cast.first_come_plan(100)])
    with time_machine.travel(cast.NOW, tick=False) as clock:
        assert [ask(visitor(n), event, f"stranger{n}@example.net").status_code for n in range(6)] == [302] * 4 + [
            429
        ] * 2
        assert codes_sent() == 4
        # Another event, and this one tomorrow, are open.
        assert ask(visitor(7), cast.event(slots=[cast.first_come_plan(9)]), "x@example.net").status_code == 302
        clock.shift(timedelta(days=1, seconds=1))
        assert ask(visitor(8), event, "y@example.net").status_code == 302


def test_withdrawn_and_lapsed_places_count_as_well(settings: LazySettings) -> None:
    """One browser that asks for one address after the other has only one place at a time, but wrote to all of them."""
    settings.UNUSED_CODES_A_DAY = 3
    event = cast.event(slots=[cast.first_come_plan(100)])
    client = visitor(1)
    assert [ask(client, event, f"stranger{n}@example.net").status_code for n in range(4)] == [302] * 3 + [429]


@pytest.mark.story
def test_honest_newcomers_use_their_codes_and_never_see_it(settings: LazySettings) -> None:
    settings.UNUSED_CODES_A_DAY = 4
    event = cast.event(slots=[cast.first_come_plan(100)])
    for number in range(12):
        client, email = visitor(number), f"guest{number}@example.org"
        assert ask(client, event, email).status_code == 302
        assert type_code(client, event, email) == 302
    assert Registration.objects.count() == 12


def test_a_newcomer_who_meets_the_limit_signs_in_and_registers(settings: LazySettings) -> None:
    settings.UNUSED_CODES_A_DAY = 1
    event = cast.event(slots=[cast.first_come_plan(100)])
    ask(visitor(1), event, "stranger@example.net")
    gin = visitor(2)
    page = ask(gin, event, "gin@example.org").content.decode()
    assert "Please sign in first" in page
    assert 'value="gin@example.org"' in page
    gin.post(reverse("account_request_login_code"), {"email": "gin@example.org"})
    onward = gin.post(reverse("gate_code"), {"code": code_for("gin@example.org")})["Location"]
    gin.post(gin.get(onward)["Location"], {"name": "Gin", "language": "en"})
    assert ask(gin, event, "").status_code == 302
    assert Registration.objects.get().attendee.email == "gin@example.org"  # type: ignore[union-attr]


def test_organizers_read_of_it_from_half_of_the_limit_on(settings: LazySettings) -> None:
    settings.UNUSED_CODES_A_DAY = 4
    with time_machine.travel(cast.NOW, tick=False):
        event = cast.event(slots=[cast.first_come_plan(100)])
        desk, page = cast.signed_in("aiko"), reverse("desk_attendees", args=[event.public_id])
        said = []
        for number in range(4):
            ask(visitor(number), event, f"stranger{number}@example.net")
            said.append(desk.get(page).content.decode())
    assert "without an account" not in said[0]
    assert "2 codes for registering without an account went out" in said[1]
    assert "Once it’s reached" in said[2]
    assert "It’s reached" in said[3]
