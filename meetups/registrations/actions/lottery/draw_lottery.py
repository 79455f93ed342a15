"""The draw."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.registrations.models import Lottery
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import refuse_unless_published


class NotYetToBeDrawn(DomainError):
    message = _(
        "It’s too early for the draw, or its random value isn’t known. It runs by itself at the announced time."
    )


def draw_lottery(*, lottery: Lottery, at: datetime, by: User | None = None) -> Lottery:
    """Gives the seats by the published ranking, once. A lottery that is already drawn is returned as it is.

    The clock calls this when the value is known; the desk may call it when the draw is overdue. Raises NotYetToBeDrawn
    (RULES 13), or EventClosed where the event was cancelled.
    """
    with seats_of(lottery.slot.event, at=at) as seats:
        lottery = seats.slots[lottery.slot_id].lottery
        if lottery.is_drawn:
            return lottery
        refuse_unless_published(seats.event)
        if lottery.state != Lottery.State.SEEDED or lottery.draws_at > at:
            raise NotYetToBeDrawn
        seats.lottery.allocate(lottery, at=at, by=by)
        return lottery
