"""What this room tells people."""

from meetups.speakers.kinds import talks
from meetups.speakers.kinds.rehearsal import rehearsal_calendar, rehearsal_facts

__all__ = ["rehearsal_calendar", "rehearsal_facts", "talks"]
