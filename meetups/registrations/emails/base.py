"""Base classes and helpers that the mails of this room share."""

from datetime import datetime
from typing import ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from meetups.core.links import link
from meetups.events.calendar import event_calendar
from meetups.events.calendar_words import calendar_words
from meetups.events.facts import Facts, event_facts, instant
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.notifications.email_registry import Content, Kind
from meetups.notifications.models import Notification
from meetups.registrations.models import Hold, Lottery, Registration
from meetups.registrations.pen.queue_numbers import queue_number

State = Registration.State


def calendar_of(event: Event, at: datetime) -> list[bytes]:
    """The event's calendar file for a person with a seat, as an attachment."""
    url, description = link("event", event.public_id), calendar_words(event)
    return [event_calendar(event, stamp=at, url=url, description=description, has_seat=True)]


def event_out_of_calendar(about: Registration, at: datetime) -> list[bytes]:
    """A file that removes the event from the calendar of a person who has lost their seat. Empty if they never had one, or have it."""
    if about.state == State.CONFIRMED or about.confirmed_at is None:
        return []
    return [event_calendar(about.event, stamp=at, url=link("event", about.event.public_id), withdrawn=True)]


def lottery_of(registration: Registration) -> Lottery | None:
    """The lottery of the registration's slot."""
    return registration.slot.draws_from


def draw_facts(registration: Registration) -> Facts:
    """When entries close and when the draw takes place; empty where there is no lottery."""
    lottery = lottery_of(registration)
    if lottery is None:
        return []
    return [
        (_("Entries close"), instant(lottery.closes_at, registration.event)),
        (_("Draw date"), instant(lottery.draws_at, registration.event)),
    ]


def what_became(registration: Registration) -> tuple[str, Facts]:
    """What happened to a seat when a hold on it ended, as a sentence and facts (RULES 20, 21)."""
    event = registration.event
    if registration.state == State.APPLIED:
        lottery = lottery_of(registration)
        draw = [(_("Draw date"), instant(lottery.draws_at, event))] if lottery else []
        return _("You’re back in the lottery with a new entry."), [
            *draw,
            (_("Your entry"), registration.entry_id or ""),
        ]
    if registration.state == State.WAITLISTED:
        place = _("#%(number)s on the waitlist") % {"number": queue_number(registration)}
        return _("You’re now at the end of the waitlist."), [(_("Your position"), place)]
    if registration.state == State.CANCELLED:
        return _("Your registration for this event is canceled too."), []
    if Hold.objects.active().filter(registration=registration).exists():
        return _("You keep your seat because you have another role at this event."), []
    if registration.checked_in_at:
        return _("You keep your seat: you’re checked in."), []
    if not registration.slot.is_general:
        return _("You keep your seat on record: the event is over."), []
    return _("You keep a seat: one was free, and no one was on the waitlist."), []


class RegistrationKind(Kind[Registration]):
    """A message about one registration. It holds while the registration is in one of `states` and the event is published."""

    states: ClassVar[frozenset[str]]

    def rows(self) -> QuerySet[Registration]:
        return Registration.objects.select_related("event__community", "slot__lottery")

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        return about.state in self.states and about.event.is_published

    def facts(self, about: Registration, *extra: tuple[str, str]) -> Facts:
        """When, where, which slot, and the other facts of the message."""
        with_link = about.state == State.CONFIRMED
        return [*event_facts(about.event, with_link=with_link), (_("Slot"), about.slot.name), *extra]

    def state_page(self, about: Registration, label: str) -> tuple[str, str]:
        """The only button of the mail."""
        return label, link("registration", about.event.public_id)


class SeatFellBack(RegistrationKind):
    """A message that a hold on a seat ended. It holds while the seat keeps its new state; later changes have their own messages."""

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        became = HistoryEntry.objects.filter(pk=notification.cause).values_list("to_state", flat=True).first()
        return about.event.is_published and about.state == became


class PartEnded(RegistrationKind):
    """A message that a shift or a talk has ended for a person, and its hold with it.

    It is sent whatever happens to the seat meanwhile: no one must come for nothing, and the part goes from their calendar.
    """

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        return about.event.is_published

    def became(self, about: Registration, notification: Notification) -> tuple[str, Facts]:
        """What happened to the seat, as a sentence and facts. Empty if it has changed since, which has a message of its own."""
        became = HistoryEntry.objects.filter(pk=notification.cause).values_list("to_state", flat=True).first()
        return what_became(about) if about.state == became else ("", [])


class SeatKind(RegistrationKind):
    """A message that a seat is confirmed, with a calendar file and a link to cancel."""

    states = frozenset({State.CONFIRMED})

    def with_seat(self, about: Registration, at: datetime, *, title: str, lead: str) -> Content:
        """The parts that all these messages share."""
        return Content(
            title=title,
            lead=lead,
            facts=self.facts(about),
            action=self.state_page(about, _("See my registration")),
            links=[(_("Cancel my registration"), link("registration_cancellation", about.event.public_id))],
            calendars=calendar_of(about.event, at),
            small_print=[_("Open the attachment to add the event to your calendar.")],
        )


class EndedKind(RegistrationKind):
    """A message that a place has ended. It holds whatever happens later."""

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        return True

    def state_before(self, notification: Notification) -> str:
        """The state of the registration before this change."""
        return HistoryEntry.objects.filter(pk=notification.cause).values_list("from_state", flat=True).first() or ""

    def out_of_calendar(self, about: Registration, notification: Notification, at: datetime) -> list[bytes]:
        """A file that removes the event from the calendar of a person who had a seat."""
        if self.state_before(notification) != State.CONFIRMED:
            return []
        url = link("event", about.event.public_id)
        return [event_calendar(about.event, stamp=at, url=url, withdrawn=True)]
