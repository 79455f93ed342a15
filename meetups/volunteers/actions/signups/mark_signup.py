"""An organizer records after a shift whether a volunteer did it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.history.models import record
from meetups.notifications.notify import notify
from meetups.registrations.lottery.weights import WINDOW
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import EventClosed
from meetups.volunteers.models import Signup

Mark = Signup.Mark


class ShiftIsNotOver(DomainError):
    message = _("You can record who did it after the shift.")


class NotInTheShift(DomainError):
    message = _("This person no longer has the shift.")


class ShiftTooLongAgo(DomainError):
    message = _("This shift was so long ago that a record would have no effect.")


def mark_signup(*, signup: Signup, mark: Mark | None, at: datetime, by: User) -> Signup:
    """Saves `mark`, or removes it with None. A correction works in the same way, and its consequences follow it (RULES 64).

    It says nothing about the seat: a no-show at the event is recorded separately. The volunteer is told when they are marked
    absent, and when that is corrected. The same mark again changes nothing. Raises ShiftIsNotOver, NotInTheShift,
    ShiftTooLongAgo, and EventClosed where shift or event was canceled.
    """
    with seats_of(signup.shift.event, at=at) as seats:
        signup = Signup.objects.select_related("shift", "volunteer").get(pk=signup.pk)
        if not seats.event.is_published or signup.shift.cancelled_at:
            raise EventClosed
        if signup.state != Signup.State.SIGNED_UP:
            raise NotInTheShift
        if at < signup.shift.ends_at:
            raise ShiftIsNotOver
        before = signup.mark
        if before == (mark or ""):
            return signup
        if mark == Mark.ABSENT and signup.shift.ends_at <= at - WINDOW:
            raise ShiftTooLongAgo
        signup.mark = mark or ""
        signup.marked_at = at if mark else None
        signup.save(update_fields=["mark", "marked_at"])
        entry = record(
            thread=seats.event.thread, subject=f"mark:{signup.pk}", verb="mark_signup", at=at, by=by, mark=signup.mark
        )
        if Mark.ABSENT in (before, mark):
            notify(
                kind="shift_missed" if mark == Mark.ABSENT else "shift_missed_corrected",
                recipient=signup.volunteer,
                thread=seats.event.thread,
                subject=signup.subject,
                cause=entry.pk,
                at=at,
            )
        return signup
