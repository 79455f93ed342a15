"""What time itself tells people."""

from meetups.reminders.kinds import announcements, attendees, shifts, speakers, thanks
from meetups.reminders.kinds.base import ReminderKind

__all__ = ["ReminderKind", "announcements", "attendees", "shifts", "speakers", "thanks"]
