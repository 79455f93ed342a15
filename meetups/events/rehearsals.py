"""The step with which a reason to be at the rehearsal ends. The caller holds the seat lock."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.notifications.notify import notify


def leave_rehearsal(event: Event, person: User, *, cause: int, at: datetime) -> None:
    """A talk, a shift or a role because of which `person` belonged to the rehearsal has ended.

    The mail takes the rehearsal out of their calendar. Whether another reason is left is asked when it leaves (RULES 246).
    """
    rehearsal = getattr(event, "rehearsal", None)
    if rehearsal is None or rehearsal.ends_at <= at:
        return
    # Calendars remove an entry only with a higher SEQUENCE.
    event.raise_sequence(at)
    event.save(update_fields=["sequence", "sequence_since"])
    notify(
        kind="rehearsal_left",
        recipient=person,
        thread=event.thread,
        subject=f"event:{event.pk}",
        cause=cause,
        at=at,
        not_after=rehearsal.ends_at,
    )
