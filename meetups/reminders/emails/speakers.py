"""Reminders to speakers. Reminders of the rehearsal also go to organizers."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetups.core.links import link
from meetups.events.facts import event_facts, event_page, instant, period
from meetups.events.models import Event
from meetups.lifecycle.due_reminders import rehearsal_moments
from meetups.lifecycle.emails.rehearsal import duties_of
from meetups.lifecycle.participants import Participant
from meetups.notifications.email_registry import Content, declare
from meetups.notifications.models import Notification
from meetups.registrations.emails import calendar_of
from meetups.reminders.emails.base import ReminderKind
from meetups.speakers.emails import rehearsal_calendar, rehearsal_facts, talk_times
from meetups.speakers.models import Rehearsal, Talk
from meetups.speakers.readiness import left_open


class RehearsalReminder(ReminderKind):
    """A reminder of an event's rehearsal to the people who take part in it (RULES 87)."""

    def has_part(self, event: Event, part: Participant, notification: Notification) -> bool:
        moments = rehearsal_moments(event, self.rehearsal(event))
        # A reminder is void if the rehearsal has moved to another time.
        stands = any(moment.kind == self.name and moment.due_at == notification.due_at for moment in moments)
        return stands and part.rehearses is not None

    def rehearsal(self, event: Event) -> Rehearsal | None:
        """The rehearsal, or None."""
        return getattr(event, "rehearsal", None)

    def remind(self, event: Event, part: Participant, at: datetime, *, title: str, lead: str) -> Content:
        """The parts that both rehearsal reminders share."""
        rehearsal = self.rehearsal(event)
        assert rehearsal is not None
        assert part.rehearses is not None
        join = (_("Join the rehearsal"), rehearsal.join_url)
        return Content(
            title=title,
            lead=lead,
            facts=[
                *rehearsal_facts(event, at),
                *duties_of(part.rehearses),
                (_("The event itself"), period(event.starts_at, event.ends_at, event)),
            ],
            paragraphs=[_("Try your camera, microphone and slides the way you’ll use them.")],
            action=join if rehearsal.join_url else event_page(event),
            calendars=rehearsal_calendar(event, at),
        )


@declare
class RehearsalDay(RehearsalReminder):
    name = "rehearsal_day"
    rank = 12

    def compose(self, about: tuple[Event, Participant], notification: Notification, at: datetime) -> Content:
        event, part = about
        return self.remind(
            event,
            part,
            at,
            title=_("Rehearsal today: %(event)s") % {"event": event.words.title},
            lead=_("The rehearsal of “%(event)s” is today.") % {"event": event.words.title},
        )


@declare
class RehearsalSoon(RehearsalReminder):
    name = "rehearsal_soon"
    rank = 11

    def compose(self, about: tuple[Event, Participant], notification: Notification, at: datetime) -> Content:
        event, part = about
        return self.remind(
            event,
            part,
            at,
            title=_("Rehearsal in half an hour: %(event)s") % {"event": event.words.title},
            lead=_("The rehearsal of “%(event)s” begins in half an hour.") % {"event": event.words.title},
        )


@declare
class ConnectionCheck(ReminderKind):
    name = "connection_check"
    rank = 6

    def has_part(self, event: Event, part: Participant, notification: Notification) -> bool:
        return event.has_stream and any(talk.state == Talk.State.CONFIRMED for talk in part.talks)

    def compose(self, about: tuple[Event, Participant], notification: Notification, at: datetime) -> Content:
        event, part = about
        return Content(
            title=_("Join now for the connection check: %(event)s") % {"event": event.words.title},
            lead=_(
                "“%(event)s” starts in half an hour, and you’re speaking. Please join now so you can be seen and heard."
            )
            % {"event": event.words.title},
            facts=[
                (_("Begins"), instant(event.starts_at, event)),
                *event_facts(event, with_link=True),
                *talk_times(event, [talk for talk in part.talks if talk.state == Talk.State.CONFIRMED]),
            ],
            action=(_("Join and say “I’m here”"), link("connection", event.public_id)),
            calendars=calendar_of(event, at),
        )


@declare
class ReadinessOpen(ReminderKind):
    """The details that a speaker still has to fill in. The reminder stops when all are done (RULES 89)."""

    name = "readiness_open"
    rank = 24

    def has_part(self, event: Event, part: Participant, notification: Notification) -> bool:
        return bool(self.left_open(event, part))

    def left_open(self, event: Event, part: Participant) -> list[tuple[Talk, str]]:
        """Each of the person's talks where details are missing, with these details in one line."""
        mine = Talk.objects.coming().filter(event=event).held_by(part.person).with_speakers()
        found = [(talk, left_open(talk, event, part.person)) for talk in mine.select_related("speaker", "readiness")]
        comma = pgettext("between names", ", ")
        return [(talk, comma.join(point.label for point in points)) for talk, points in found if points]

    def compose(self, about: tuple[Event, Participant], notification: Notification, at: datetime) -> Content:
        event, part = about
        talks = self.left_open(event, part)
        names = {"event": event.words.title}
        first, *others = [talk for talk, _points in talks]
        return Content(
            title=_("Finish preparing your talk: %(event)s") % names,
            lead=_(
                "Your talk at “%(event)s” still needs a few details. It takes a few minutes, and the organizers "
                "see them at once."
            )
            % names,
            facts=[
                *[fact for talk, points in talks for fact in ((_("Talk"), talk.title), (_("Still needed"), points))],
                *event_facts(event),
            ],
            action=(_("Fill in the details"), link("talk_preparation", first.pk)),
            links=[(talk.title, link("talk_preparation", talk.pk)) for talk in others],
            small_print=[_("This reminder stops once everything is filled in.")],
        )
