"""The common base of reminders."""

from collections.abc import Sequence
from datetime import datetime

from meetups.events.models import Event
from meetups.lifecycle.mail_recipients import parts_for
from meetups.lifecycle.participants import Participant
from meetups.notifications.email_registry import Kind
from meetups.notifications.models import Notification


class ReminderKind(Kind[tuple[Event, Participant]]):
    """A reminder to a participant. It holds while the event still has the date that the reminder was made for."""

    dated = True

    def abouts(self, notifications: Sequence[Notification]) -> dict[int, tuple[Event, Participant] | None]:
        return parts_for(notifications)

    def source(self, about: tuple[Event, Participant]) -> tuple[str, str]:
        event, _part = about
        return event.community.thread, event.community.name

    def still_holds(self, about: tuple[Event, Participant], notification: Notification, at: datetime) -> bool:
        event, part = about
        version = notification.cause.partition("-")[0]
        stands = event.is_published and event.reminders_on and str(event.schedule_version) == version
        return stands and self.has_part(event, part, notification)

    def has_part(self, event: Event, part: Participant, notification: Notification) -> bool:
        """Whether the person still has the part that the reminder is about."""
        raise NotImplementedError
