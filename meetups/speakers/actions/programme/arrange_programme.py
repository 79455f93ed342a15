"""An organizer arranges talks and breaks."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.registrations.pen.seats import seats_of
from meetups.speakers.programme.items import order_of
from meetups.speakers.programme.steps import programme_to_arrange, put, settle


class ProgrammeChanged(DomainError):
    """The order was made from a programme that is no longer current (RULES 92)."""

    message = _(
        "The program was changed elsewhere in the meantime. This is how it is now; please make your change again."
    )


def arrange_programme(*, event: Event, order: list[str], seen: list[str], at: datetime, by: User) -> None:
    """Puts all lines of the programme into `order`, the subjects of talks and breaks, such as `talk:3`.

    `seen` is the order from which `order` was made. The same order again changes nothing. Speakers whose talk moves are told
    (RULES 91). Raises EventClosed, and ProgrammeChanged where `seen` is not the current order, or `order` has other lines.
    """
    with seats_of(event, at=at) as seats:
        before = programme_to_arrange(seats.event, at=at)
        now = order_of(before)
        if order == now:
            return
        if seen != now or sorted(order) != sorted(now):
            raise ProgrammeChanged
        lines = {item.line.subject: item.line for item in before}
        put([lines[subject] for subject in order])
        settle(seats.event, before, subject=f"programme:{event.pk}", verb="arrange_programme", at=at, by=by)
