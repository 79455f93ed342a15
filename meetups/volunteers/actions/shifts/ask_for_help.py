"""An organizer does not wait until the clock seeks help for a shift."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import EventClosed
from meetups.volunteers.help_requests import seek
from meetups.volunteers.models import Shift
from meetups.volunteers.staffing import was_sought


class EnoughPeople(DomainError):
    message = _("Enough people have signed up for this shift. No one was emailed.")


class HelpAskedAlready(DomainError):
    message = _(
        "Everyone in the lottery or on the waitlist was already asked. No one is asked twice for the same shift."
    )


class NobodyWaits(DomainError):
    message = _(
        "Only shifts that guarantee a seat without approval can be offered to people in the lottery or on the waitlist."
    )


def ask_for_help(*, shift: Shift, at: datetime, by: User) -> int:
    """Offers a short shift to everyone who waits for the draw or in a queue, now instead of at its time, and tells the other organizers
    (RULES 66, 71). Returns to how many people. Raises EventClosed for what was cancelled, has begun or is not public, EnoughPeople,
    NobodyToAsk, AskedAlready.
    """
    with seats_of(shift.event, at=at) as seats:
        shift = Shift.objects.get(pk=shift.pk)
        if not seats.event.is_open(at) or shift.cancelled_at or shift.starts_at <= at:
            raise EventClosed
        if not shift.is_short:
            raise EnoughPeople
        if not shift.is_offered:
            raise NobodyWaits
        if was_sought(shift):
            raise HelpAskedAlready
        return seek(seats, [shift], at=at, by=by)
