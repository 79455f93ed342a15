"""An organizer excuses a no-show."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.notifications.notify import notify
from meetups.registrations.models import Registration
from meetups.registrations.pen.seats import seats_of


def excuse_no_show(*, registration: Registration, at: datetime, by: User) -> Registration:
    """Excuses the no-show, so that it no longer counts, and tells the person.

    If no no-show is recorded, or it is already excused, nothing changes.
    """
    with seats_of(registration.event, at=at) as seats:
        registration = seats.fresh(registration)
        if not registration.is_absent:
            return registration
        registration.excused_at = at
        registration.save(update_fields=["excused_at"])
        entry = record(
            thread=seats.event.thread, subject=f"no-show:{registration.pk}", verb="excuse_no_show", at=at, by=by
        )
        if registration.attendee:
            notify(
                kind="no_show_lifted",
                recipient=registration.attendee,
                thread=seats.event.thread,
                subject=registration.subject,
                cause=entry.pk,
                at=at,
            )
        return registration
