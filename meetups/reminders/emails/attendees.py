"""Reminders to people who have a seat."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetups.core.links import cancellation_token, link
from meetups.events.facts import event_facts
from meetups.events.models import Event
from meetups.lifecycle.due_reminders import attendee_moments
from meetups.lifecycle.participants import Participant
from meetups.notifications.email_registry import Content, declare
from meetups.notifications.models import Notification, Topic
from meetups.registrations.emails import calendar_of
from meetups.registrations.models import Registration
from meetups.reminders.emails.base import ReminderKind
from meetups.speakers.emails import talk_times
from meetups.speakers.models import Talk
from meetups.volunteers.emails import shift_facts


class AttendeeReminder(ReminderKind):
    """A reminder to an attendee with a seat. It is optional."""

    topic = Topic.REMINDERS

    def has_part(self, event: Event, part: Participant, notification: Notification) -> bool:
        # A reminder that fell due before the times changed is still sent, unless its row was removed (RULES 97).
        if not any(
            moment.kind == self.name and moment.cause(event) == notification.cause for moment in attendee_moments(event)
        ):
            return False
        mine = part.registration
        # An attendee who hands over the seat has said that they cannot come.
        return mine is not None and mine.state == Registration.State.CONFIRMED and mine.hands_over_at is None

    def remind(self, event: Event, part: Participant, at: datetime, *, title: str, lead: str) -> Content:
        """The parts that all attendee reminders share."""
        assert part.registration is not None
        join = event.has_stream and not event.has_place and bool(event.join_url)
        talks = [talk for talk in part.talks if talk.state == Talk.State.CONFIRMED]
        shifts = [signup.shift for signup in part.signups if signup.shift.cancelled_at is None]
        return Content(
            title=title,
            lead=lead,
            facts=[
                *event_facts(event, with_link=True),
                (_("Slot"), part.registration.slot.name),
                *talk_times(event, talks),
                *shift_facts(shifts, event),
            ],
            action=(_("See my registration"), link("registration", event.public_id))
            if not join
            else (_("Join online"), event.join_url),
            links=[
                (_("Cancel my registration"), link("one_click_cancellation", cancellation_token(part.registration.pk)))
            ],
            calendars=calendar_of(event, at),
            small_print=[_("Canceling also cancels your talk and your shifts at this event.")]
            if talks or shifts
            else [],
        )


@declare
class ReminderDays(AttendeeReminder):
    name = "reminder_days"
    rank = 22

    def compose(self, about: tuple[Event, Participant], notification: Notification, at: datetime) -> Content:
        event, part = about
        # If the clock was stopped, the mail leaves later: the number of days is still true.
        days = (event.starts_at.astimezone(event.zone).date() - at.astimezone(event.zone).date()).days
        return self.remind(
            event,
            part,
            at,
            title=ngettext("In %(days)s day: %(event)s", "In %(days)s days: %(event)s", days)
            % {"event": event.words.title, "days": days},
            lead=ngettext(
                "“%(event)s” is in %(days)s day. Can’t make it? Cancel below so someone else can come.",
                "“%(event)s” is in %(days)s days. Can’t make it? Cancel below so someone else can come.",
                days,
            )
            % {"event": event.words.title, "days": days},
        )


class DayByDay(AttendeeReminder):
    """A reminder that says "tomorrow" or "today", by the event's own clock at the time when the mail leaves."""

    def compose(self, about: tuple[Event, Participant], notification: Notification, at: datetime) -> Content:
        event, part = about
        names = {"event": event.words.title}
        if at.astimezone(event.zone).date() < event.starts_at.astimezone(event.zone).date():
            title = _("Tomorrow: %(event)s") % names
            lead = _("You have a seat at “%(event)s” tomorrow. We look forward to seeing you.") % names
        else:
            title = _("Today: %(event)s") % names
            lead = _("You have a seat at “%(event)s” today. See you there.") % names
        return self.remind(event, part, at, title=title, lead=lead)


@declare
class ReminderEve(DayByDay):
    name = "reminder_eve"
    rank = 22


@declare
class ReminderDay(DayByDay):
    name = "reminder_day"
    rank = 22
