"""Organizers record who did not come."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.lottery.weights import WINDOW
from meetups.registrations.models import Registration
from meetups.registrations.pen.seats import seats_of


class NotOverYet(DomainError):
    message = _("You can record no-shows after the event.")


class TooLongAgo(DomainError):
    message = _("This event was too long ago to record no-shows.")


class NobodyWasCheckedIn(DomainError):
    message = _("No one was checked in, so no-shows can’t be recorded.")


def absentees(event: Event) -> QuerySet[Registration]:
    """People with a seat at `event` and an account who were not checked in and have no recorded no-show yet.

    People who left, or who said in time or late that they cannot come, are not included: they gave notice (RULES 8). Guests are
    not included either: no one could tell them, so they could not object.
    """
    return (
        Registration.objects.confirmed()
        .filter(
            event=event,
            attendee__isnull=False,
            checked_in_at__isnull=True,
            absent_at__isnull=True,
            hands_over_at__isnull=True,
        )
        .with_people()
    )


def record_no_shows(*, event: Event, slots: Iterable[int], at: datetime, by: User) -> int:
    """Records a no-show for everyone in `slots` (primary keys) who has a seat and was not checked in. Returns how many.

    Each person is told. Held seats count like all others. A second time records only new ones. A no-show affects a lottery only
    if the page of that lottery declares it (RULES 15). Raises NotOverYet, TooLongAgo, NobodyWasCheckedIn.
    """
    with seats_of(event, at=at) as seats:
        if not seats.event.is_published or not seats.event.is_over(at):
            raise NotOverYet
        if seats.event.ends_at <= at - WINDOW:
            raise TooLongAgo
        if not Registration.objects.confirmed().filter(event=event, checked_in_at__isnull=False).exists():
            raise NobodyWasCheckedIn
        absent = list(absentees(event).filter(slot__in=list(slots)).order_by("pk"))
        for one in absent:
            one.absent_at = at
        Registration.objects.bulk_update(absent, ["absent_at"], batch_size=500)
        entries = HistoryEntry.objects.bulk_create(
            HistoryEntry(thread=seats.event.thread, subject=f"no-show:{one.pk}", verb="record_no_show", actor=by, at=at)
            for one in absent
        )
        notify_all(
            notification(
                kind="no_show_recorded",
                recipient_id=one.attendee_id,
                thread=seats.event.thread,
                subject=one.subject,
                cause=entry.pk,
                at=at,
            )
            for one, entry in zip(absent, entries, strict=True)
        )
        return len(absent)
