"""Steps of a person who registers without an account."""

import re
from collections.abc import Iterator
from typing import Any

import time_machine
from django.test import Client

from meetups.events.models import Event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.compose import compose
from meetups.notifications.models import Notification
from meetups.registrations.models import HeldPlace, Registration, Slot
from tests.support import cast

State = Registration.State
NEW = "nana@example.org"


def at_the_time_of_the_cast() -> Iterator[None]:
    """At the end of every test, no invariant is broken."""
    with time_machine.travel(cast.NOW, tick=False):
        yield
    assert not breaches()


def url(event: Event, rest: str = "") -> str:
    return f"/events/{event.public_id}/registration/{rest}"


def stranger(language: str = "en", **options: Any) -> Client:
    """A browser in which no one is signed in."""
    return Client(headers={"accept-language": language}, **options)


def ask(
    client: Client, event: Event, email: str = NEW, *, name: str = "奈々", slot: Slot | None = None, **more: Any
) -> Any:
    slot = slot or event.slots.general().in_order()[0]
    sent = {"slot": slot.public_id, "asked": slot.public_id, "name": name, "email": email, **more}
    return client.post(url(event), sent)


def code() -> str:
    """The code from the last mail."""
    row = Notification.objects.filter(kind="place_code").latest("pk")
    letter = compose([row], cast.NOW).mail
    assert letter
    found = re.search(r"\b\d{6}\b", str(letter.subject))
    assert found
    return found[0]


def enter(client: Client, event: Event, typed: str | None = None) -> Any:
    return client.post(url(event, "code/"), {"code": code() if typed is None else typed})


def wrong() -> str:
    return f"{(int(code()) + 1) % 1_000_000:06}"


def places(state: HeldPlace.State = HeldPlace.State.HELD) -> int:
    return HeldPlace.objects.filter(state=state).count()


def taken(event: Event) -> tuple[int, int]:
    """The number of taken seats, and how many of them are held."""
    slot = event.slots.general().in_order()[0]
    return slot.taken, slot.held
