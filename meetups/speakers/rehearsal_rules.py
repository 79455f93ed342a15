"""Who hears of a rehearsal, and from when on somebody can be seen there, or connected."""

from datetime import datetime, timedelta

from meetups.events.models import Event
from meetups.speakers.models import Presence, Rehearsal, Talk

# So long before the start somebody may be connected already (RULES 88).
EARLY = timedelta(hours=3)


def speakers_of(event: Event) -> list[int]:
    """The primary keys of everyone who speaks in a talk that is accepted or confirmed."""
    coming = Talk.objects.coming().filter(event=event).with_speakers()
    return sorted({speaker.pk for talk in coming for speaker in talk.speakers})


def can_be_seen(event: Event, rehearsal: Rehearsal | None, *, at: datetime) -> set[Presence.Occasion]:
    """Where somebody can have been seen by `at`: what was seen days before says nothing about the day itself (RULES 87)."""
    begun = set()
    if rehearsal and rehearsal.starts_at <= at:
        begun.add(Presence.Occasion.REHEARSAL)
    if event.has_stream and event.starts_at - EARLY <= at:
        begun.add(Presence.Occasion.CONNECTION)
    return begun
