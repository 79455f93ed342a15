"""A volunteer takes a shift."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.history.models import record
from meetups.notifications.notify import notify
from meetups.registrations.models import Hold
from meetups.registrations.refusals import EventClosed
from meetups.registrations.seats import seats_of
from meetups.volunteers.models import Shift, Signup


class ShiftIsFull(DomainError):
    message = _("This shift is full. Thank you for offering: perhaps another one needs you.")


class ShiftIsOver(DomainError):
    message = _("This shift was cancelled or has begun already.")


class ShiftsOverlap(DomainError):
    message = _("You have taken “%(shift)s”, which is at the same time. Step down from it first.")


def sign_up(*, shift: Shift, volunteer: User, at: datetime) -> Signup:
    """`volunteer` takes `shift`. Where the shift guarantees a seat, her registration moves into its slot at once, outside any draw.

    A second time changes nothing. Raises EventClosed, ShiftIsOver, ShiftIsFull, ShiftsOverlap, SeatsBusy.
    """
    with seats_of(shift.event, at=at) as seats:
        shift = Shift.objects.select_related("slot").get(pk=shift.pk)
        if not seats.event.is_open(at):
            raise EventClosed
        if shift.cancelled_at or shift.starts_at <= at:
            raise ShiftIsOver
        # Shifts of a cancelled event keep nobody busy.
        mine = Signup.objects.active().filter(
            volunteer=volunteer, shift__event__state=Event.State.PUBLISHED, shift__cancelled_at__isnull=True
        )
        for signup in (
            mine.select_related("shift")
            .filter(shift__starts_at__lt=shift.ends_at, shift__ends_at__gt=shift.starts_at)
            .order_by("pk")
        ):
            if signup.shift_id == shift.pk:
                return signup
            raise ShiftsOverlap(shift=signup.shift.title)
        if not shift.places_left:
            raise ShiftIsFull
        signup = Signup.objects.create(shift=shift, volunteer=volunteer, signed_up_at=at)
        shift.taken += 1
        shift.save(update_fields=["taken"])
        entry = record(
            thread=seats.event.thread,
            subject=signup.subject,
            verb="sign_up",
            at=at,
            by=volunteer,
            to_state=signup.state,
        )
        if shift.slot:
            seats.hold(
                volunteer, shift.slot, kind=Hold.Kind.DUTY, subject=signup.subject, at=at, by=volunteer, verb="sign_up",
                tell="duty_taken",
            )  # fmt: skip
        else:
            notify(
                kind="shift_taken",
                recipient=volunteer,
                thread=seats.event.thread,
                subject=signup.subject,
                cause=entry.pk,
                at=at,
            )
        return signup
