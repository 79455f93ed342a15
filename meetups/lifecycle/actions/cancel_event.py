"""An organizer cancels an event."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event, Undo
from meetups.events.undo import keep_undo, mail_leaves_at
from meetups.history.models import record
from meetups.lifecycle.messages.message_steps import withdraw_all
from meetups.lifecycle.participants import people_concerned
from meetups.lifecycle.rehearsal_people import whose_rehearsal_is_ahead
from meetups.notifications.notify import notification, notify_all, postpone_dated
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import EventClosed


class NothingToCancel(DomainError):
    message = _("This event was never published, so there’s no one to notify. Leave it as a draft.")


def cancel_event(*, event: Event, reason: str = "", at: datetime, by: User) -> Event:
    """Marks the event as cancelled and tells everyone concerned, with the reason if there is one, after ten minutes (RULES 194).

    Scheduled messages are withdrawn. The page stays and can be edited. Places stay as they were.

    A second call changes nothing. Raises EventClosed if the event is over, NothingToCancel for a draft.
    """
    with seats_of(event, at=at) as seats:
        event = seats.event
        if event.is_cancelled:
            return event
        if event.state == Event.State.DRAFT:
            raise NothingToCancel
        if event.is_over(at):
            raise EventClosed
        event.state = Event.State.CANCELLED
        event.cancelled_at, event.cancel_reason = at, reason
        event.raise_sequence(at)
        event.save(update_fields=["state", "cancelled_at", "cancel_reason", "sequence", "sequence_since"])
        withdrawn = withdraw_all(event, at=at, by=by)
        entry = record(
            thread=event.thread,
            subject=f"event:{event.pk}",
            verb="cancel_event",
            at=at,
            by=by,
            from_state=Event.State.PUBLISHED,
            to_state=event.state,
        )
        people = people_concerned(event) | whose_rehearsal_is_ahead(event, at=at, by=by)
        until = mail_leaves_at(event.starts_at, at=at)
        notify_all(
            notification(
                kind="event_cancelled",
                recipient_id=person,
                thread=event.thread,
                subject=f"event:{event.pk}",
                cause=entry.pk,
                at=at,
                due_at=until,
            )
            for person in sorted(people)
        )
        # Back to published is all that can be taken back of a canceled event.
        Undo.objects.filter(event=event, kind=Undo.Kind.PUBLICATION).delete()
        if until > at:
            postpone_dated(event.thread, until=until)
        keep_undo(
            event,
            Undo.Kind.CANCELLATION,
            subject=f"event:{event.pk}",
            at=at,
            by=by,
            until=until,
            people=len(people),
            before={"entry": entry.pk, "messages": withdrawn},
        )
        return event
