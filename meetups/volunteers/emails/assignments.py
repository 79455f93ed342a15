"""Messages to a volunteer about a step of organizers: they put the volunteer on a shift, or moved it (RULES 67, 68)."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.core.links import link
from meetups.events.facts import Facts, event_facts, event_page
from meetups.history.models import HistoryEntry
from meetups.notifications.email_registry import Content, declare
from meetups.notifications.models import Notification
from meetups.registrations.emails import RegistrationKind, calendar_of
from meetups.registrations.models import Hold, Registration
from meetups.volunteers.emails.shift_details import shift_calendars, shift_facts, until_when
from meetups.volunteers.emails.shifts import SignupKind
from meetups.volunteers.models import Shift, Signup

State = Registration.State


def _who(notification: Notification) -> str:
    """The name of the organizer whose step the message is about."""
    entry = HistoryEntry.objects.filter(pk=notification.cause).select_related("actor").first()
    return str(entry.actor) if entry and entry.actor else _("An organizer")


def _way_out(shift: Shift) -> tuple[str, str]:
    return _("Cancel my shift"), link("signup_end", shift.event.public_id, shift.pk)


@declare
class DutyAssigned(RegistrationKind):
    """To a volunteer who was put on a shift that guarantees a seat."""

    name = "duty_assigned"
    rank = 20
    states = frozenset({State.CONFIRMED})

    def signup(self, about: Registration, notification: Notification) -> Signup | None:
        """The signup that the step created: its hold began at the instant of the step."""
        entry = HistoryEntry.objects.filter(pk=notification.cause).first()
        holds = Hold.objects.active().filter(registration=about, kind=Hold.Kind.DUTY)
        hold = holds.filter(since=entry.at).order_by("-pk").first() if entry else None
        found = Signup.objects.active().select_related("shift__event__community", "shift__lead")
        return found.filter(pk=hold.subject.rpartition(":")[2]).first() if hold else None

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        return super().still_holds(about, notification, at) and self.signup(about, notification) is not None

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        signup = self.signup(about, notification)
        assert signup is not None
        shift, event = signup.shift, about.event
        names = {"person": _who(notification), "shift": shift.title, "event": event.words.title}
        return Content(
            title=_("You have a new shift – seat confirmed: %(event)s") % names,
            lead=_(
                "%(person)s signed you up for the shift “%(shift)s” at “%(event)s”. It gives you a guaranteed "
                "seat, outside any lottery."
            )
            % names,
            facts=[*self.facts(about), *shift_facts([shift], event)],
            action=self.state_page(about, _("See my shifts and seat")),
            links=[_way_out(shift)],
            calendars=[*calendar_of(event, at), *shift_calendars([shift], event, at)],
            small_print=[
                *until_when(shift, event, at),
                _("The page shows first what happens to your seat."),
            ],
        )


@declare
class ShiftAssigned(SignupKind):
    """To a volunteer who was put on a shift without a seat."""

    name = "shift_assigned"
    rank = 20

    def still_holds(self, about: Signup, notification: Notification, at: datetime) -> bool:
        return about.state == Signup.State.SIGNED_UP and about.shift.event.is_published

    def compose(self, about: Signup, notification: Notification, at: datetime) -> Content:
        shift, event = about.shift, about.shift.event
        names = {"person": _who(notification), "shift": shift.title, "event": event.words.title}
        return Content(
            title=_("You have a new shift: %(event)s") % names,
            lead=_("%(person)s signed you up for the shift “%(shift)s” at “%(event)s”. Thank you for helping.") % names,
            facts=[*event_facts(event), *shift_facts([shift], event)],
            action=event_page(event),
            links=[_way_out(shift)],
            calendars=shift_calendars([shift], event, at),
            small_print=until_when(shift, event, at),
        )


@declare
class ShiftMoved(SignupKind):
    """To everyone who has the shift or has asked for it. Of several moves only the last is told."""

    name = "shift_moved"
    rank = 10

    def still_holds(self, about: Signup, notification: Notification, at: datetime) -> bool:
        shift = about.shift
        concerned = about.state in {Signup.State.SIGNED_UP, Signup.State.ASKED}
        if not concerned or shift.cancelled_at or not shift.event.is_published or shift.ends_at <= at:
            return False
        later = HistoryEntry.objects.filter(subject=f"shift:{shift.pk}", verb="move_shift", pk__gt=notification.cause)
        return not later.exists()

    def compose(self, about: Signup, notification: Notification, at: datetime) -> Content:
        shift, event = about.shift, about.shift.event
        has_it = about.state == Signup.State.SIGNED_UP
        busy = Signup.objects.active().during(shift).filter(volunteer=about.volunteer).select_related("shift")
        return Content(
            title=_("Your shift has changed: %(event)s") % self.names(about)
            if has_it
            else _("The shift you requested has changed: %(event)s") % self.names(about),
            lead=_(
                "The organizers changed the time or location of “%(shift)s” at “%(event)s”. Everything else "
                "stays as it was."
            )
            % self.names(about),
            facts=[*shift_facts([shift], event), *_was(shift, notification), *event_facts(event)],
            paragraphs=_clash(one.shift for one in busy.order_by("shift__starts_at", "pk")),
            action=event_page(event),
            links=[_way_out(shift)] if has_it else [],
            calendars=shift_calendars([shift], event, at) if has_it else [],
            small_print=[_("Open the attachment to update your calendar.")] if has_it else [],
        )


def _clash(others: Iterable[Shift]) -> list[str]:
    titles = [shift.title for shift in others]
    if not titles:
        return []
    sentence = _("You also have “%(shifts)s” at that time. Cancel one of them, or talk to the organizers.")
    return [sentence % {"shifts": pgettext("list", ", ").join(titles)}]


def _was(shift: Shift, notification: Notification) -> Facts:
    """The time and place of the shift before the step that this message is about."""
    entry = HistoryEntry.objects.filter(pk=notification.cause).first()
    before: dict[str, str] = entry.details.get("before", {}) if entry else {}
    facts: Facts = []
    if {"starts_at", "ends_at"} & before.keys():
        starts_at = datetime.fromisoformat(before["starts_at"]) if "starts_at" in before else shift.starts_at
        ends_at = datetime.fromisoformat(before["ends_at"]) if "ends_at" in before else shift.ends_at
        when = dates.event_time(starts_at, ends_at, shift.event.time_zone, get_language() or "en")
        facts.append((_("Previous date and time"), when))
    if before.get("place"):
        facts.append((_("Previous location"), before["place"]))
    return facts
