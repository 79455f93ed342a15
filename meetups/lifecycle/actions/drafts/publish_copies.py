"""An organizer publishes copies of an event, one or several in one press."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.lifecycle.new_event import make_public
from meetups.registrations.pen.seats import seats_of_each


class CopyIsRefused(DomainError):
    message = _("None is published. “%(title)s”: %(why)s")


def publish_copies(*, copies: Collection[Event], at: datetime, by: User) -> list[Event]:
    """All of them or none, and they are taken back together (RULES 256). What is no draft any more is left as it is.

    Raises what `make_public` raises; of several, CopyIsRefused with the one.
    """
    with seats_of_each(copies, at=at) as every:
        drafts = [seats for seats in every if seats.event.state == Event.State.DRAFT]
        together = [seats.event.pk for seats in drafts]
        for seats in drafts:
            event = seats.event
            try:
                lotteries = filter(None, map(seats.lottery_of, seats.slots.values()))
                make_public(event, lotteries, at=at, by=by, together=together)
            except DomainError as refusal:
                if len(drafts) == 1:
                    raise
                raise CopyIsRefused(title=event.title, why=str(refusal)) from refusal
        return [seats.event for seats in drafts]
