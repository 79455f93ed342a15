"""An organizer calls off the rehearsal."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.history.models import record
from meetups.lifecycle.rehearsal_people import rehearsal_people
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import refuse_what_is_over
from meetups.speakers.models import Presence, Rehearsal


def remove_rehearsal(*, event: Event, at: datetime, by: User) -> bool:
    """Calls the rehearsal off and deletes the ticks of who was there.

    If it was still to come and the event is public, everyone who belongs to it gets one message, except `by`. The message takes
    the rehearsal out of the calendar. Its reminders are void (RULES 87).

    Returns whether there was a rehearsal: a second call changes nothing. Raises EventClosed if the event is over or cancelled.
    """
    with seats_of(event, at=at) as seats:
        event = seats.event
        refuse_what_is_over(event, at)
        rehearsal = Rehearsal.objects.filter(event=event).first()
        if rehearsal is None:
            return False
        number, was = rehearsal.pk, [rehearsal.starts_at.isoformat(), rehearsal.ends_at.isoformat()]
        to_come = rehearsal.starts_at > at
        # Calendars remove an entry only for a higher SEQUENCE. This is written first, so that an organizer who ticks someone now
        # waits and then finds no rehearsal.
        event.raise_sequence(at)
        event.save(update_fields=["sequence", "sequence_since"])
        rehearsal.delete()
        Presence.objects.filter(event=event, occasion=Presence.Occasion.REHEARSAL).delete()
        entry = record(
            thread=event.thread, subject=f"rehearsal:{number}", verb="remove_rehearsal", at=at, by=by, before=was
        )
        if event.is_published and to_come:
            notify_all(
                notification(
                    kind="rehearsal_removed",
                    recipient_id=one.person.pk,
                    thread=event.thread,
                    subject=f"event:{event.pk}",
                    cause=entry.pk,
                    at=at,
                    not_after=event.starts_at,
                )
                for one in rehearsal_people([event])
                if one.person != by
            )
        return True
