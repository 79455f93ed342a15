"""What this room tells people."""

from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from meetups.core.links import link
from meetups.events.calendar import event_calendar
from meetups.events.facts import Facts, event_facts, instant
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.notifications.kinds import Content, Kind, declare
from meetups.notifications.models import Notification
from meetups.registrations.models import Hold, Lottery, Registration
from meetups.registrations.queue import queue_number

State = Registration.State


def calendar_of(event: Event, at: datetime) -> list[bytes]:
    """The event's calendar file, to attach."""
    return [event_calendar(event, stamp=at, url=link("event", event.public_id))]


def lottery_of(registration: Registration) -> Lottery | None:
    """The lottery of the registration's slot."""
    return getattr(registration.slot, "lottery", None)


def draw_facts(registration: Registration) -> Facts:
    """When entries close and when the draw is; nothing where there is no lottery."""
    lottery = lottery_of(registration)
    if lottery is None:
        return []
    return [
        (_("Entries close"), instant(lottery.closes_at, registration.event)),
        (_("Day of the draw"), instant(lottery.draws_at, registration.event)),
    ]


def what_became(registration: Registration) -> tuple[str, Facts]:
    """What a seat became when a hold on it ended, as a sentence and facts (RULES 20, 21)."""
    event = registration.event
    if registration.state == State.APPLIED:
        lottery = lottery_of(registration)
        draw = [(_("Day of the draw"), instant(lottery.draws_at, event))] if lottery else []
        return _("You are in the lottery again, with a new entry."), [
            *draw,
            (_("Your entry"), registration.entry_id or ""),
        ]
    if registration.state == State.WAITLISTED:
        place = _("number %(number)s in the queue") % {"number": queue_number(registration)}
        return _("You are now at the end of the waiting list."), [(_("Your place"), place)]
    if registration.state == State.CANCELLED:
        return _("With it you gave up your seat, so you have no place at this event any more."), []
    if Hold.objects.active().filter(registration=registration).exists():
        return _("You keep your seat, because something else you do at this event holds it."), []
    return _("You keep a seat: one was free, and nobody was waiting."), []


class RegistrationKind(Kind[Registration]):
    """A message about one registration; it holds while that is in one of `states` and the event stands."""

    states: ClassVar[frozenset[str]]

    def about(self, notification: Notification) -> Registration | None:
        found = Registration.objects.filter(pk=notification.subject_id)
        return found.select_related("event__community", "slot__lottery").first()

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        return about.state in self.states and about.event.is_published

    def facts(self, about: Registration, *extra: tuple[str, str]) -> Facts:
        """When, where, which slot, and what else the message has to say."""
        with_link = about.state == State.CONFIRMED
        return [*event_facts(about.event, with_link=with_link), (_("Slot"), about.slot.name), *extra]

    def state_page(self, about: Registration, label: str) -> tuple[str, str]:
        """The one button."""
        return label, link("registration", about.event.public_id)


class SeatFellBack(RegistrationKind):
    """A hold on a seat ended. It holds while the seat is what it became then; whatever came after has a message of its own."""

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        became = HistoryEntry.objects.filter(pk=notification.cause).values_list("to_state", flat=True).first()
        return about.event.is_published and about.state == became


class SeatKind(RegistrationKind):
    """A message that says that a seat is certain: with a calendar file and the way out."""

    states = frozenset({State.CONFIRMED})

    def with_seat(self, about: Registration, at: datetime, *, title: str, lead: str) -> Content:
        """The parts that all of them share."""
        return Content(
            title=title,
            lead=lead,
            facts=self.facts(about),
            action=self.state_page(about, _("See my registration")),
            links=[(_("I cannot come: cancel"), link("registration_cancellation", about.event.public_id))],
            calendars=calendar_of(about.event, at),
            small_print=[_("The attached file puts the event into your calendar.")],
        )


@declare
class EntryReceived(RegistrationKind):
    name = "entry_received"
    states = frozenset({State.APPLIED})

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("You are in the lottery: %(event)s") % {"event": about.event.title},
            lead=_(
                "You entered the lottery for “%(event)s”. When it is drawn, the result goes to everybody by mail, seat or no seat."
            )
            % {"event": about.event.title},
            facts=self.facts(about, *draw_facts(about), (_("Your entry"), about.entry_id or "")),
            action=self.state_page(about, _("See my registration")),
            links=[(_("Withdraw from the lottery"), link("registration_cancellation", about.event.public_id))],
            small_print=[
                _(
                    "Only you know the number of your entry. With it you can find yourself in the list that is drawn from, "
                    "which is fixed when entries close."
                )
            ],
        )


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
class DrawnIn(SeatKind):
    name = "drawn_in"
    rank = 5
    urgent = True

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        return self.with_seat(
            about,
            at,
            title=_("The lottery gave you a seat: %(event)s") % {"event": about.event.title},
            lead=_("The lottery for “%(event)s” was drawn, and you have a seat.") % {"event": about.event.title},
        )


@declare
class DrawnOut(RegistrationKind):
    name = "drawn_out"
    rank = 5
    urgent = True
    states = frozenset({State.WAITLISTED})

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("No seat in the lottery, but a place in the queue: %(event)s") % {"event": about.event.title},
            lead=_(
                "The lottery for “%(event)s” was drawn, and this time it did not reach you. The drawn order is the waiting list: "
                "when somebody cancels, the next one moves up and is told by mail."
            )
            % {"event": about.event.title},
            facts=self.facts(
                about,
                (_("Drawn order"), _("number %(number)s") % {"number": about.drawn_rank or "–"}),
                (_("Your place now"), _("number %(number)s in the queue") % {"number": queue_number(about)}),
                (_("Seats move up until"), instant(about.slot.promotion_stops_at, about.event)),
            ),
            action=self.state_page(about, _("See my place")),
            links=[(_("Leave the waiting list"), link("registration_cancellation", about.event.public_id))],
        )


@declare
class ManifestFrozen(RegistrationKind):
    name = "manifest_frozen"
    states = frozenset({State.APPLIED})

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        lottery = lottery_of(about)
        return super().still_holds(about, notification, at) and lottery is not None and bool(lottery.manifest_sha256)

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        lottery = lottery_of(about)
        assert lottery is not None
        # Five lines of head stand before the entries.
        entries = max(lottery.manifest.count("\n") - 5, 0)
        return Content(
            title=_("Entries have closed: %(event)s") % {"event": about.event.title},
            lead=_(
                "You are in the lottery for “%(event)s”, and its list of entries is now fixed. "
                "This mail lets you check later that nobody touched it; there is nothing to do."
            )
            % {"event": about.event.title},
            facts=[
                (_("Slot"), about.slot.name),
                (_("Entries in the list"), str(entries)),
                (_("Seats to draw"), str(lottery.seats)),
                (_("Day of the draw"), instant(lottery.draws_at, about.event)),
                (_("Your entry"), about.entry_id or ""),
                (_("SHA-256 of the list"), lottery.manifest_sha256),
            ],
            action=self.state_page(about, _("See my registration")),
            small_print=[_("Keep this mail until the draw if you want to check it.")],
        )


class EndedKind(RegistrationKind):
    """A message that says that a place is gone. It holds whatever comes next."""

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        return True

    def event_page(self, about: Registration) -> tuple[str, str]:
        """The one button."""
        return _("See the event"), link("event", about.event.public_id)

    def state_before(self, notification: Notification) -> str:
        """What the registration was until then."""
        return HistoryEntry.objects.filter(pk=notification.cause).values_list("from_state", flat=True).first() or ""

    def out_of_calendar(self, about: Registration, notification: Notification, at: datetime) -> list[bytes]:
        """Takes the event out of the calendar of somebody who had a seat."""
        if self.state_before(notification) != State.CONFIRMED:
            return []
        url = link("event", about.event.public_id)
        return [event_calendar(about.event, stamp=at, url=url, withdrawn=True)]


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
