"""Messages about a place: it is there, it became a seat, it is gone."""

from datetime import datetime

from django.utils.translation import gettext as _

from meetups.core.links import link
from meetups.events.facts import event_facts, instant
from meetups.notifications.kinds import Content, declare
from meetups.notifications.models import Notification
from meetups.registrations.kinds.base import EndedKind, RegistrationKind, SeatKind, draw_facts
from meetups.registrations.models import Registration
from meetups.registrations.pen.queue_numbers import queue_number

State = Registration.State


@declare
class SeatConfirmed(SeatKind):
    name = "seat_confirmed"
    rank = 30

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        return self.with_seat(
            about,
            at,
            title=_("You have a seat: %(event)s") % {"event": about.event.title},
            lead=_("You registered for “%(event)s”, and your seat is certain.") % {"event": about.event.title},
        )


@declare
class SeatWaitlisted(RegistrationKind):
    name = "seat_waitlisted"
    states = frozenset({State.WAITLISTED})

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("You are on the waiting list: %(event)s") % {"event": about.event.title},
            lead=_(
                "You registered for “%(event)s” and are on its waiting list. When a seat becomes free for you, a mail says so."
            )
            % {"event": about.event.title},
            facts=self.facts(
                about,
                (_("Your place"), _("number %(number)s in the queue") % {"number": queue_number(about)}),
                (_("Seats move up until"), instant(about.slot.promotion_stops_at, about.event)),
            ),
            action=self.state_page(about, _("See my registration")),
            links=[(_("Leave the waiting list"), link("registration_cancellation", about.event.public_id))],
        )


@declare
class Promoted(SeatKind):
    name = "promoted"
    rank = 10

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        return self.with_seat(
            about,
            at,
            title=_("A seat became free for you: %(event)s") % {"event": about.event.title},
            lead=_(
                "You moved up from the waiting list of “%(event)s”, and your seat is certain. "
                "If you cannot come any more, please cancel, so that the next person moves up."
            )
            % {"event": about.event.title},
        )


@declare
class Left(EndedKind):
    name = "left"

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        if self.state_before(notification) == State.APPLIED:
            return self.left_the_lottery(about)
        return Content(
            title=_("You cancelled: %(event)s") % {"event": about.event.title},
            lead=_(
                "You cancelled your registration for “%(event)s”. Thank you for saying so: your place can go to somebody else."
            )
            % {"event": about.event.title},
            facts=event_facts(about.event),
            action=self.event_page(about),
            calendars=self.out_of_calendar(about, notification, at),
            small_print=[_("You can register again as long as registration is open; you then start at the end.")],
        )

    def left_the_lottery(self, about: Registration) -> Content:
        """Leaving before the draw costs nobody a seat, and before entries close one can come back (RULES 9)."""
        return Content(
            title=_("You withdrew from the lottery: %(event)s") % {"event": about.event.title},
            lead=_(
                "You withdrew from the lottery for “%(event)s”. Thank you for saying so: the others have a better chance."
            )
            % {"event": about.event.title},
            facts=[
                *event_facts(about.event),
                *draw_facts(about)[:1],
            ],
            action=self.event_page(about),
            small_print=[
                _("Until entries close you can enter again; whoever comes later queues behind those who are drawn.")
            ],
        )


@declare
class Removed(EndedKind):
    name = "removed"

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("Your registration was cancelled: %(event)s") % {"event": about.event.title},
            lead=_("An organizer cancelled your registration for “%(event)s”, so you have no place there any more.")
            % {"event": about.event.title},
            facts=[*event_facts(about.event), (_("Organized by"), about.event.community.name)],
            paragraphs=[_("If you did not expect this, please ask the organizers.")],
            action=self.event_page(about),
            calendars=self.out_of_calendar(about, notification, at),
        )
