"""A person declines the request to take over a shift."""

from datetime import datetime

from meetups.history.models import record_end
from meetups.notifications.notify import notify
from meetups.registrations.pen.seats import seats_of
from meetups.volunteers.models import Handover


def decline_handover(*, handover: Handover, at: datetime) -> None:
    """Tells the volunteer who asked that the shift stays theirs. If the request is no longer open, nothing changes.

    The link alone is enough to decline, because it takes nothing from anyone.
    """
    with seats_of(handover.signup.shift.event, at=at) as seats:
        handover = Handover.objects.select_related("signup__volunteer", "signup__shift__event").get(pk=handover.pk)
        if not handover.is_open(at):
            return
        entry = record_end(
            handover, Handover.State.DECLINED, thread=seats.event.thread, verb="decline_handover", at=at, by=None
        )
        notify(
            kind="shift_handover_declined",
            recipient=handover.signup.volunteer,
            thread=seats.event.thread,
            subject=handover.subject,
            cause=entry.pk,
            at=at,
        )
