"""A volunteer says that they were at their shift, or had a reason to miss it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.history.models import record
from meetups.registrations.pen.seats import seats_of
from meetups.volunteers.duty_seats import tell_organizers
from meetups.volunteers.models import Signup

OBJECT = "object_to_absence"


class NoAbsenceCounts(DomainError):
    message = _("You have no missed shift here that counts.")


def has_objected(signup: Signup) -> bool:
    """Whether the volunteer has asked the organizers to look again since the absence was recorded."""
    marked_at, objected_at = signup.marked_at, signup.objected_at
    is_absent = signup.mark == Signup.Mark.ABSENT and marked_at is not None
    return is_absent and objected_at is not None and marked_at is not None and objected_at >= marked_at


def object_to_absence(*, signup: Signup, at: datetime, by: User) -> None:
    """Asks the organizers to look again, once for each time that they recorded the absence (RULES 75). Raises NoAbsenceCounts."""
    with seats_of(signup.shift.event, at=at) as seats:
        mine = Signup.objects.absent(at).filter(pk=signup.pk, volunteer=by).first()
        if mine is None:
            raise NoAbsenceCounts
        if has_objected(mine):
            return
        mine.objected_at = at
        mine.save(update_fields=["objected_at"])
        entry = record(thread=seats.event.thread, subject=f"mark:{mine.pk}", verb=OBJECT, at=at, by=by)
        tell_organizers(seats, "absence_objected", mine.subject, cause=entry.pk, at=at)
