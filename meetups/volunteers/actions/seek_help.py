"""Too few people have taken a shift: organizers are told, and those without a seat can take it."""

from datetime import datetime

from meetups.events.models import Event
from meetups.history.models import record
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.models import Registration
from meetups.registrations.seats import seats_of
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.steps import tell_organizers

State = Registration.State


def seek_help(*, event: Event, at: datetime) -> int:
    """Tells organizers of each shift of `event` that is due and short, once, and offers those that make a seat certain to everyone who
    waits for the draw or in a queue: one message a person and event, and who takes it first has it (RULES 66). Returns how many shifts
    there were. A cancelled shift or event has none.

    Whoever would only be able to ask for the shift (RULES 24) gets no offer: it would promise too much.
    """
    with seats_of(event, at=at) as seats:
        due = list(Shift.objects.help_due(at).filter(event=event).in_order())
        for shift in due:
            shift.help_sought_at = at
            shift.save(update_fields=["help_sought_at"])
            entry = record(
                thread=seats.event.thread,
                subject=f"shift:{shift.pk}",
                verb="seek_help",
                at=at,
                by=None,
                taken=shift.taken,
                minimum=shift.minimum,
            )
            tell_organizers(seats, "shift_short", f"shift:{shift.pk}", cause=entry.pk, at=at)
        offered = [shift for shift in due if shift.slot_id and not shift.needs_approval]
        if offered and seats.event.is_open(at):
            absent = Signup.objects.absent(at).filter(shift__event__community_id=seats.event.community_id)
            ask_first = {one.volunteer.person_key for one in absent.select_related("volunteer")}
            waiting = Registration.objects.filter(
                event=event, state__in=(State.APPLIED, State.WAITLISTED), attendee__isnull=False
            ).exclude(person_key__in=ask_first)
            notify_all(
                notification(
                    kind="shift_offered",
                    recipient_id=registration.attendee_id,
                    thread=seats.event.thread,
                    subject=registration.subject,
                    cause="help",
                    at=at,
                    not_after=max(shift.starts_at for shift in offered),
                )
                for registration in waiting.order_by("pk")
            )
        return len(due)
