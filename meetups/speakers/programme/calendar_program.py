"""The program in the calendar entries of its event."""

from collections import defaultdict
from collections.abc import Collection

from meetups.events.calendar_words import tells
from meetups.events.models import Event
from meetups.speakers.models import Break, Talk
from meetups.speakers.programme.items import in_words, programme
from meetups.speakers.programme.timetable import talks_with_names


@tells
def programs(events: Collection[Event]) -> dict[int, str]:
    """Talks and breaks with their times, by the event. Two queries for any number of events."""
    talks: defaultdict[int, list[Talk]] = defaultdict(list)
    breaks: defaultdict[int, list[Break]] = defaultdict(list)
    for talk in talks_with_names(*events):
        talks[talk.event_id].append(talk)
    for pause in Break.objects.filter(event__in=events):
        breaks[pause.event_id].append(pause)
    return {event.pk: in_words(event, programme(event, talks[event.pk], breaks[event.pk])) for event in events}
