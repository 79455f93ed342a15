"""Rules for when a person can be seen at the rehearsal, or connected."""

from datetime import datetime, timedelta

from meetups.events.models import Event
from meetups.speakers.models import Presence, Rehearsal

# A person can be connected this long before the start (RULES 88).
EARLY = timedelta(hours=3)


def can_be_seen(event: Event, rehearsal: Rehearsal | None, *, at: datetime) -> set[Presence.Occasion]:
    """The occasions that can be ticked at `at`. A sighting days before says nothing about the day itself (RULES 87)."""
    begun = set()
    if rehearsal and rehearsal.starts_at <= at:
        begun.add(Presence.Occasion.REHEARSAL)
    if event.has_stream and event.starts_at - EARLY <= at:
        begun.add(Presence.Occasion.CONNECTION)
    return begun
