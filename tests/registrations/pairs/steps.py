"""Steps of two people who enter a lottery together."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import time_machine
from django.test import Client

from meetups.events.models import Event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.models import Notification
from meetups.registrations.actions.lottery.draw_lottery import draw_lottery
from meetups.registrations.actions.lottery.fetch_randomness import fetch_randomness
from meetups.registrations.actions.lottery.freeze_lottery import freeze_lottery
from meetups.registrations.models import Lottery, Registration, Slot
from tests.support import cast

State = Registration.State
AFTER_T = cast.CLOSES_AT + timedelta(minutes=1)
AFTER_DRAW = cast.DRAWS_AT + timedelta(hours=1)
# Free cancellation has ended, and people still move up.
LATE = cast.STARTS_AT - timedelta(hours=36)


def at_the_time_of_the_cast() -> Iterator[None]:
    """At the end of every test, no invariant is broken."""
    with time_machine.travel(cast.NOW, tick=False):
        yield
    assert not breaches()


def meetup(seats: int = 60, *more: Any) -> Event:
    event = cast.event(slots=[cast.lottery_plan(seats), *more])
    event.slots.filter(admission=Slot.Admission.LOTTERY).update(takes_pairs=True)
    return event


def url(event: Event, rest: str = "") -> str:
    return f"/events/{event.public_id}/registration/{rest}"


def link_of(client: Client, event: Event) -> str:
    """Dan's pair link, read from the page."""
    client.post(url(event, "partner/"), {"decision": "invite"})
    found = re.search(r'value="http://testserver(/pairs/[a-z2-7]+/)"', client.get(url(event)).content.decode())
    assert found
    return found[1]


def invited(event: Event, client: Client, who: str = "dan") -> str:
    """`who` enters the lottery. Returns the link to pass on."""
    cast.registered(who, event)
    return link_of(client, event)


def accept(client: Client, address: str, **fields: str) -> Any:
    return client.post(address, {"decision": "accept", **fields})


def place(who: str, event: Event) -> Registration:
    return Registration.objects.active().select_related("lead").get(event=event, attendee__email=f"{who}@example.org")


def paired(event: Event, first: str = "dan", second: str = "emi") -> tuple[Registration, Registration]:
    """Two people who entered as a pair."""
    assert accept(cast.signed_in(second), invited(event, cast.signed_in(first), first)).status_code == 302
    return place(first, event), place(second, event)


def leave(who: str, event: Event) -> None:
    assert cast.signed_in(who).post(url(event, "cancellation/")).status_code == 302


def told(who: str) -> list[str]:
    return list(
        Notification.objects.filter(recipient__email=f"{who}@example.org").order_by("pk").values_list("kind", flat=True)
    )


def frozen(event: Event) -> Lottery:
    return freeze_lottery(lottery=Lottery.objects.get(slot__event=event), at=cast.CLOSES_AT)


def states(*people: str) -> list[str]:
    return [Registration.objects.filter(attendee__email=f"{one}@example.org").latest("pk").state for one in people]


def draw_of(lottery: Lottery) -> None:
    lottery = freeze_lottery(lottery=lottery, at=lottery.closes_at)
    lottery = fetch_randomness(lottery=lottery, at=lottery.draws_at)
    draw_lottery(lottery=lottery, at=lottery.draws_at)
