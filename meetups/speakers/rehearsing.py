"""Who hears of a rehearsal."""

from meetups.events.models import Event
from meetups.speakers.models import Talk


def speakers_of(event: Event) -> list[int]:
    """The primary keys of everyone who speaks in a talk that is accepted or confirmed."""
    coming = Talk.objects.coming().filter(event=event).with_speakers()
    return sorted({speaker.pk for talk in coming for speaker in talk.speakers})
