"""A draft becomes public."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.history.models import record
from meetups.registrations.models import Lottery
from meetups.registrations.seats import seats_of


class DateHasPassed(DomainError):
    message = _("The event would begin in the past. Change its date first.")


class DrawDateHasPassed(DomainError):
    message = _("Entries for the lottery would close in the past. Change its dates first.")


def publish_event(*, event: Event, at: datetime, by: User) -> Event:
    """Shows the event to everyone who may see it; registration is open from now. A second time changes nothing.

    Raises DateHasPassed, DrawDateHasPassed.
    """
    with seats_of(event, at=at) as seats:
        event = seats.event
        if event.state == Event.State.DRAFT:
            make_public(event, filter(None, map(seats.lottery_of, seats.slots.values())), at=at, by=by)
        return event


def make_public(event: Event, lotteries: Iterable[Lottery], *, at: datetime, by: User) -> None:
    """A step: publishes a draft whose lotteries are `lotteries`. Raises DateHasPassed, DrawDateHasPassed."""
    if event.starts_at <= at:
        raise DateHasPassed
    if any(lottery.closes_at <= at for lottery in lotteries):
        raise DrawDateHasPassed
    event.state = Event.State.PUBLISHED
    event.published_at = event.schedule_since = at
    event.save(update_fields=["state", "published_at", "schedule_since"])
    record(
        thread=event.thread,
        subject=f"event:{event.pk}",
        verb="publish_event",
        at=at,
        by=by,
        from_state=Event.State.DRAFT,
        to_state=event.state,
    )
