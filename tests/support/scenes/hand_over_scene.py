"""A seat that is passed on after free cancellation has ended, for tests."""

from datetime import timedelta
from typing import Any

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.notifications.models import Notification
from meetups.registrations.actions.offers.accept_offer import accept_offer
from meetups.registrations.models import Offer, Registration
from tests.support import cast

CONFIRMED, WAITLISTED, CANCELLED = (
    Registration.State.CONFIRMED,
    Registration.State.WAITLISTED,
    Registration.State.CANCELLED,
)
FREE_UNTIL = cast.STARTS_AT - timedelta(hours=48)
STOPS = cast.STARTS_AT - timedelta(hours=24)
LATER = FREE_UNTIL + timedelta(hours=2)
SIX_HOURS = timedelta(hours=6)


def one_seat_and_two_who_wait() -> Event:
    """One seat, which is Dan's; Emi and Finn are in the queue, in this order."""
    event = cast.event(slots=[cast.first_come_plan(1)])
    for name in ("dan", "emi", "finn"):
        cast.registered(name, event)
    return event


def of(name: str) -> Registration:
    return Registration.objects.filter(attendee=cast.person(name)).latest("pk")


def state(name: str) -> str:
    return of(name).state


def leave(name: str, at: Any = LATER, by: User | None = None) -> bool:
    registration = of(name)
    return leave_event(event=registration.event, person=registration.person, at=at, by=by or registration.person)


def offer_to(name: str) -> Offer:
    return Offer.objects.filter(taker=of(name)).latest("pk")


def told(name: str) -> list[str]:
    return list(Notification.objects.filter(recipient=cast.person(name)).order_by("pk").values_list("kind", flat=True))


def accept(name: str, at: Any = LATER) -> Offer:
    return accept_offer(offer=offer_to(name), at=at, by=cast.person(name))
