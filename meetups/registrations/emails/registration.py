"""Messages about a registration: it was received, it became a seat, or it has ended."""

from datetime import datetime

from django.utils.translation import gettext as _

from meetups.core.links import link
from meetups.events.facts import event_facts, event_page, instant
from meetups.notifications.email_registry import Content, declare
from meetups.notifications.models import Notification
from meetups.registrations.emails.base import (
    EndedKind,
    RegistrationKind,
    SeatFellBack,
    SeatKind,
    draw_facts,
    event_out_of_calendar,
    what_became,
)
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
            title=_("You’re confirmed: %(event)s") % {"event": about.event.words.title},
            lead=_("You’re registered for “%(event)s”, and your seat is confirmed.")
            % {"event": about.event.words.title},
        )


@declare
class SeatWaitlisted(RegistrationKind):
    name = "seat_waitlisted"
    states = frozenset({State.WAITLISTED})

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("You’re on the waitlist: %(event)s") % {"event": about.event.words.title},
            lead=_("You’re on the waitlist for “%(event)s”. We’ll email you if you get a seat.")
            % {"event": about.event.words.title},
            facts=self.facts(
                about,
                (_("Your position"), _("#%(number)s on the waitlist") % {"number": queue_number(about)}),
                (_("Waitlist runs until"), instant(about.slot.promotion_stops_at, about.event)),
            ),
            action=self.state_page(about, _("See my registration")),
            links=[(_("Leave the waitlist"), link("registration_cancellation", about.event.public_id))],
            # A person who changed to this slot may have had a seat.
            calendars=event_out_of_calendar(about, at),
        )


@declare
class Promoted(SeatKind):
    name = "promoted"
    rank = 10

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        return self.with_seat(
            about,
            at,
            title=_("You’re in! A seat opened up: %(event)s") % {"event": about.event.words.title},
            lead=_(
                "You moved up from the waitlist for “%(event)s”, and your seat is confirmed. If you can’t come, "
                "please cancel so the next person moves up."
            )
            % {"event": about.event.words.title},
        )


@declare
class SeatHasFallen(SeatFellBack):
    """To a person whose seat outlived their shift or talk, and was kept by a check-in that was undone (RULES 111)."""

    name = "seat_fell_back"

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        event = about.event
        became, facts = what_became(about)
        return Content(
            title=_("Your seat has changed: %(event)s") % {"event": event.words.title},
            lead=_("The shift or talk that gave you a seat at “%(event)s” has ended. %(became)s")
            % {"event": event.words.title, "became": became},
            facts=[*self.facts(about), *facts] if about.is_active else event_facts(event),
            paragraphs=[_("If you’re at the venue or didn’t expect this, please ask the organizers.")],
            action=event_page(event),
            calendars=event_out_of_calendar(about, at),
        )


@declare
class Left(EndedKind):
    name = "left"

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        if self.state_before(notification) == State.APPLIED:
            return self.left_the_lottery(about)
        return Content(
            title=_("Registration canceled: %(event)s") % {"event": about.event.words.title},
            lead=_("Your registration for “%(event)s” is canceled. Thanks for letting us know.")
            % {"event": about.event.words.title},
            facts=event_facts(about.event),
            action=event_page(about.event),
            calendars=self.out_of_calendar(about, notification, at),
            small_print=[_("You can register again while registration is open, but you start at the end.")],
        )

    def left_the_lottery(self, about: Registration) -> Content:
        """Leaving before the draw costs no one a seat. Until entries close, people can come back (RULES 9)."""
        return Content(
            title=_("You left the lottery: %(event)s") % {"event": about.event.words.title},
            lead=_("You left the lottery for “%(event)s”. Thanks for letting us know: the others have a better chance.")
            % {"event": about.event.words.title},
            facts=[
                *event_facts(about.event),
                *draw_facts(about)[:1],
            ],
            action=event_page(about.event),
            small_print=[
                _(
                    "Until entries close, you can enter again. After that, you’d be on the waitlist, after everyone "
                    "in the draw."
                )
            ],
        )


@declare
class Removed(EndedKind):
    name = "removed"

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("Canceled by the organizers: %(event)s") % {"event": about.event.words.title},
            lead=_("The organizers canceled your registration for “%(event)s”.") % {"event": about.event.words.title},
            facts=[*event_facts(about.event), (_("Organized by"), about.event.community.name)],
            paragraphs=[_("If you didn’t expect this, please ask the organizers.")],
            action=event_page(about.event),
            calendars=self.out_of_calendar(about, notification, at),
        )
