"""The steps with which a reason to be at the rehearsal begins and ends. The caller holds the seat lock."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.notifications.notify import notify


def join_rehearsal(event: Event, person: User, *, cause: int, at: datetime) -> None:
    """`person` has got a shift or a talk because of which they belong to the rehearsal, which is already set.

    The mail puts the rehearsal into their calendar. Whether the reason is still there is asked when it leaves (RULES 260).
    """
    if event.is_published:
        _tell("rehearsal_joined", event, person, cause=cause, at=at)


def leave_rehearsal(event: Event, person: User, *, cause: int, at: datetime) -> None:
    """A talk, a shift or a role because of which `person` belonged to the rehearsal has ended.

    The mail takes the rehearsal out of their calendar. Whether another reason is left is asked when it leaves (RULES 246).
    """
    _tell("rehearsal_left", event, person, cause=cause, at=at)


def _tell(kind: str, event: Event, person: User, *, cause: int, at: datetime) -> None:
    rehearsal = getattr(event, "rehearsal", None)
    if rehearsal is None or rehearsal.ends_at <= at:
        return
    # Calendars remove an entry, and take back one that was removed, only with a higher SEQUENCE.
    event.raise_sequence(at)
    event.save(update_fields=["sequence", "sequence_since"])
    notify(
        kind=kind,
        recipient=person,
        thread=event.thread,
        subject=f"event:{event.pk}",
        cause=cause,
        at=at,
        not_after=rehearsal.ends_at,
    )
