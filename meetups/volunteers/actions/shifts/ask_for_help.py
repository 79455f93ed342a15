"""An organizer asks for help with a shift before the clock does."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.registrations.pen.seats import seats_of
from meetups.volunteers.help_requests import seek
from meetups.volunteers.models import Shift
from meetups.volunteers.refusals import refuse_unless_shift_is_ahead
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
    """Offers a short shift to everyone in the lottery or on a waitlist, now instead of at its time (RULES 66, 71).

    The other organizers are told. Returns the number of people who got an offer. Raises EventClosed where the shift was canceled
    or has begun, or the event is not public, EnoughPeople, NobodyWaits, HelpAskedAlready.
    """
    with seats_of(shift.event, at=at) as seats:
        shift = Shift.objects.get(pk=shift.pk)
        refuse_unless_shift_is_ahead(seats.event, shift, at)
        if not shift.is_short:
            raise EnoughPeople
        if not shift.is_offered:
            raise NobodyWaits
        if was_sought(shift):
            raise HelpAskedAlready
        return seek(seats, [shift], at=at, by=by)
