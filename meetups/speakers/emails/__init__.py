"""The mails about talks: one class for each kind."""

from meetups.speakers.emails import co_speakers, decisions, invitations, offers, programme, proposals, slides, talks
from meetups.speakers.emails.programme import out_of_calendars, talk_calendars, talk_entry, talk_times
from meetups.speakers.emails.rehearsal import rehearsal_calendar, rehearsal_entry, rehearsal_facts

__all__ = [
    "co_speakers",
    "decisions",
    "invitations",
    "offers",
    "out_of_calendars",
    "programme",
    "proposals",
    "rehearsal_calendar",
    "rehearsal_entry",
    "rehearsal_facts",
    "slides",
    "talk_calendars",
    "talk_entry",
    "talk_times",
    "talks",
]
