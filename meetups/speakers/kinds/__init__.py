"""What this room tells people."""

from meetups.speakers.kinds import co_speakers, invitations, programme, proposals, slides, talks
from meetups.speakers.kinds.programme import talk_calendars, talk_entry, talk_times
from meetups.speakers.kinds.rehearsal import rehearsal_calendar, rehearsal_facts

__all__ = [
    "co_speakers",
    "invitations",
    "programme",
    "proposals",
    "rehearsal_calendar",
    "rehearsal_facts",
    "slides",
    "talk_calendars",
    "talk_entry",
    "talk_times",
    "talks",
]
