"""What time itself tells people."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetups.communities.models import Membership
from meetups.communities.permissions import Permission, roles_with
from meetups.core.links import cancellation_token, link
from meetups.events.facts import event_facts, instant, period
from meetups.events.models import Event
from meetups.lifecycle.moments import rehearsal_moments, shift_moment
from meetups.lifecycle.parts import Part, part_of
from meetups.notifications.kinds import Content, Kind, declare
from meetups.notifications.models import Notification, Topic
from meetups.registrations.kinds import calendar_of
from meetups.registrations.models import Registration
from meetups.reminders.parts import parts_for
from meetups.speakers.kinds import rehearsal_calendar, rehearsal_facts
from meetups.speakers.models import Rehearsal, Talk
from meetups.volunteers.kinds import shift_calendars, shift_facts
from meetups.volunteers.models import Shift

COMING = {Talk.State.ACCEPTED, Talk.State.CONFIRMED}


class ReminderKind(Kind[tuple[Event, Part]]):
    """A reminder to somebody with a part. It holds while the event stands on the date that the reminder was made for."""

    def about(self, notification: Notification) -> tuple[Event, Part] | None:
        event = Event.objects.select_related("community", "rehearsal").filter(pk=notification.subject_id).first()
        if event is None or notification.recipient is None:
            return None
        return event, part_of(event, notification.recipient)

    def abouts(self, notifications: Sequence[Notification]) -> dict[int, tuple[Event, Part] | None]:
        return parts_for(notifications)

    def source(self, about: tuple[Event, Part]) -> tuple[str, str]:
        event, _part = about
        return event.community.thread, event.community.name

    def still_holds(self, about: tuple[Event, Part], notification: Notification, at: datetime) -> bool:
        event, part = about
        version = notification.cause.partition("-")[0]
        stands = event.is_published and event.reminders_on and str(event.schedule_version) == version
        return stands and self.has_part(event, part, notification)

    def has_part(self, event: Event, part: Part, notification: Notification) -> bool:
        """Whether the person still is what the reminder reminds her of."""
        raise NotImplementedError


class AttendeeReminder(ReminderKind):
    """A reminder to whoever has a seat; she may do without."""

    topic = Topic.REMINDERS

    def has_part(self, event: Event, part: Part, notification: Notification) -> bool:
        mine = part.registration
        # Who hands her seat over has said that she cannot come.
        return mine is not None and mine.state == Registration.State.CONFIRMED and mine.hands_over_at is None

    def remind(self, event: Event, part: Part, at: datetime, *, title: str, lead: str) -> Content:
        """The parts that all of them share."""
        assert part.registration is not None
        join = event.has_stream and not event.has_place and bool(event.join_url)
        talks = [talk.title for talk in part.talks if talk.state == Talk.State.CONFIRMED]
        shifts = [signup.shift for signup in part.signups if signup.shift.cancelled_at is None]
        return Content(
            title=title,
            lead=lead,
            facts=[
                *event_facts(event, with_link=True),
                (_("Slot"), part.registration.slot.name),
                *[(_("Talk"), talk) for talk in talks],
                *shift_facts(shifts, event),
            ],
            action=(_("See my registration"), link("registration", event.public_id))
            if not join
            else (_("Join online"), event.join_url),
            links=[
                (_("I cannot come: cancel"), link("one_click_cancellation", cancellation_token(part.registration.pk)))
            ],
            calendars=calendar_of(event, at),
            small_print=[_("Cancelling also ends your talk and your shifts at this event.")] if talks or shifts else [],
        )


@declare
class ReminderThreeDays(AttendeeReminder):
    name = "reminder_3_days"
    rank = 22

    def compose(self, about: tuple[Event, Part], notification: Notification, at: datetime) -> Content:
        event, part = about
        # A clock that stood still sends it later: the number stays true.
        days = (event.starts_at.astimezone(event.zone).date() - at.astimezone(event.zone).date()).days
        return self.remind(
            event,
            part,
            at,
            title=ngettext("In %(days)s day: %(event)s", "In %(days)s days: %(event)s", days)
            % {"event": event.title, "days": days},
            lead=ngettext(
                "You have a seat at “%(event)s” in %(days)s day. If you cannot come, cancel with the link below: "
                "two clicks, and somebody else may get to come.",
                "You have a seat at “%(event)s” in %(days)s days. If you cannot come, cancel with the link below: "
                "two clicks, and somebody else may get to come.",
                days,
            )
            % {"event": event.title, "days": days},
        )


class DayByDay(AttendeeReminder):
    """A reminder that says "tomorrow" or "today", as it is where the event is when the mail leaves."""

    def compose(self, about: tuple[Event, Part], notification: Notification, at: datetime) -> Content:
        event, part = about
        names = {"event": event.title}
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


@declare
class ShiftDay(ReminderKind):
    name = "shift_day"
    rank = 20

    def shifts(self, event: Event, part: Part, notification: Notification) -> list[Shift]:
        """Those of her shifts that this morning is about."""
        mine = [signup.shift for signup in part.signups if signup.shift.cancelled_at is None]
        return [shift for shift in mine if shift_moment(shift, event) == notification.due_at]

    def has_part(self, event: Event, part: Part, notification: Notification) -> bool:
        return bool(self.shifts(event, part, notification))

    def compose(self, about: tuple[Event, Part], notification: Notification, at: datetime) -> Content:
        event, part = about
        shifts = self.shifts(event, part, notification)
        return Content(
            title=_("Your shift today: %(event)s") % {"event": event.title},
            lead=ngettext(
                "You help at “%(event)s” today. Thank you: here is what, when and where.",
                "You help with %(number)s shifts at “%(event)s” today. Thank you: here is what, when and where.",
                len(shifts),
            )
            % {"event": event.title, "number": len(shifts)},
            facts=[*shift_facts(shifts, event), *event_facts(event)],
            action=(_("See my shifts"), link("event", event.public_id)),
            calendars=shift_calendars(shifts, event, at),
            small_print=[
                _("If something keeps you away, step down on the event's page, so that the organizers know at once.")
            ],
        )


class RehearsalReminder(ReminderKind):
    """A reminder to speakers and organizers of an event's rehearsal."""

    def has_part(self, event: Event, part: Part, notification: Notification) -> bool:
        moments = rehearsal_moments(event, self.rehearsal(event))
        # A reminder of another time than the rehearsal has now is void.
        if not any(moment.kind == self.name and moment.due_at == notification.due_at for moment in moments):
            return False
        if any(talk.state in COMING for talk in part.talks):
            return True
        team = roles_with(Permission.PLAN_EVENTS)
        return Membership.objects.filter(community_id=event.community_id, person=part.person, role__in=team).exists()

    def rehearsal(self, event: Event) -> Rehearsal | None:
        """The rehearsal, where there is one."""
        return getattr(event, "rehearsal", None)

    def remind(self, event: Event, part: Part, at: datetime, *, title: str, lead: str) -> Content:
        """The parts that both of them share."""
        rehearsal = self.rehearsal(event)
        assert rehearsal is not None
        join = (_("Join the rehearsal"), rehearsal.join_url)
        return Content(
            title=title,
            lead=lead,
            facts=[
                *rehearsal_facts(event),
                *[(_("Talk"), talk.title) for talk in part.talks if talk.state in COMING],
                (_("The event itself"), period(event.starts_at, event.ends_at, event)),
            ],
            paragraphs=[_("Try your camera, your microphone and your slides, the way you will use them.")],
            action=join if rehearsal.join_url else (_("See the event"), link("event", event.public_id)),
            calendars=rehearsal_calendar(event, at),
        )


@declare
class RehearsalDay(RehearsalReminder):
    name = "rehearsal_day"
    rank = 12

    def compose(self, about: tuple[Event, Part], notification: Notification, at: datetime) -> Content:
        event, part = about
        return self.remind(
            event,
            part,
            at,
            title=_("Rehearsal today: %(event)s") % {"event": event.title},
            lead=_("The rehearsal of “%(event)s” is today.") % {"event": event.title},
        )


@declare
class RehearsalSoon(RehearsalReminder):
    name = "rehearsal_soon"
    rank = 11

    def compose(self, about: tuple[Event, Part], notification: Notification, at: datetime) -> Content:
        event, part = about
        return self.remind(
            event,
            part,
            at,
            title=_("The rehearsal begins in half an hour: %(event)s") % {"event": event.title},
            lead=_("The rehearsal of “%(event)s” begins in half an hour.") % {"event": event.title},
        )


@declare
class ConnectionCheck(ReminderKind):
    name = "connection_check"
    rank = 6

    def has_part(self, event: Event, part: Part, notification: Notification) -> bool:
        return event.has_stream and any(talk.state == Talk.State.CONFIRMED for talk in part.talks)

    def compose(self, about: tuple[Event, Part], notification: Notification, at: datetime) -> Content:
        event, part = about
        return Content(
            title=_("Please join for the connection check: %(event)s") % {"event": event.title},
            lead=_(
                "“%(event)s” begins in half an hour, and you speak. Please join now, so that you can be seen and heard."
            )
            % {"event": event.title},
            facts=[
                (_("Begins"), instant(event.starts_at, event)),
                *event_facts(event, with_link=True),
                *[(_("Talk"), talk.title) for talk in part.talks if talk.state == Talk.State.CONFIRMED],
            ],
            action=(_("Join online"), event.join_url)
            if event.join_url
            else (_("See the event"), link("event", event.public_id)),
            calendars=calendar_of(event, at),
        )


@declare
class EventAnnounced(Kind[Event]):
    """A new event, for whoever asked to hear of the community's."""

    name = "event_announced"
    rank = 60
    topic = Topic.ANNOUNCEMENTS

    def about(self, notification: Notification) -> Event | None:
        return self.abouts([notification])[notification.pk]

    def abouts(self, notifications: Sequence[Notification]) -> dict[int, Event | None]:
        found = Event.objects.filter(pk__in={one.subject_id for one in notifications}).select_related("community")
        events = {event.pk: event for event in found}
        return {one.pk: events.get(one.subject_id) for one in notifications}

    def source(self, about: Event) -> tuple[str, str]:
        return about.community.thread, about.community.name

    def still_holds(self, about: Event, notification: Notification, at: datetime) -> bool:
        return about.is_published and about.visibility == Event.Visibility.PUBLIC and about.starts_at > at

    def compose(self, about: Event, notification: Notification, at: datetime) -> Content:
        names = {"event": about.title, "community": about.community.name}
        return Content(
            title=_("New event: %(event)s") % names,
            lead=_("%(community)s has a new event: “%(event)s”.") % names,
            facts=event_facts(about),
            action=(_("See the event"), link("event", about.public_id)),
            small_print=[_("You get this mail because you asked to hear of this community's new events.")],
        )
