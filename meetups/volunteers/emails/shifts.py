"""Messages about taking a shift, stepping down from it, and its cancellation."""

from datetime import datetime

from django.db.models import QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetups.core.links import link
from meetups.events.facts import Facts, event_facts, event_page
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification
from meetups.registrations.emails import PartEnded, RegistrationKind, calendar_of, event_out_of_calendar
from meetups.registrations.models import Hold, Registration
from meetups.volunteers.emails.organizers import manages
from meetups.volunteers.emails.shift_details import shift_calendars, shift_fact, shift_facts, shifts_of, until_when
from meetups.volunteers.models import Shift, Signup

State = Registration.State


@declare
class DutyTaken(RegistrationKind):
    name = "duty_taken"
    rank = 20
    states = frozenset({State.CONFIRMED})

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        holds = Hold.objects.active().filter(registration=about, kind=Hold.Kind.DUTY)
        return super().still_holds(about, notification, at) and holds.exists()

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        event = about.event
        shifts = shifts_of(about.person.pk, event)
        return Content(
            title=_("You’re volunteering – seat confirmed: %(event)s") % {"event": event.words.title},
            lead=ngettext(
                "You signed up for a shift at “%(event)s”. Your seat is confirmed, outside any lottery. Thank you.",
                "You signed up for %(number)s shifts at “%(event)s”. Your seat is confirmed, outside any "
                "lottery. Thank you.",
                len(shifts),
            )
            % {"event": event.words.title, "number": len(shifts)},
            facts=[*self.facts(about), *shift_facts(shifts, event)],
            action=self.state_page(about, _("See my shifts and seat")),
            calendars=[*calendar_of(event, at), *shift_calendars(shifts, event, at)],
            small_print=[
                _(
                    "If you can’t do it after all, cancel your shift on the page. It shows first what happens to "
                    "your seat."
                ),
                # With several shifts, the earliest deadline is named for all.
                *(until_when(min(shifts, key=lambda shift: shift.step_down_until), event, at) if shifts else []),
            ],
        )


@declare
class SteppedDown(PartEnded):
    name = "stepped_down"
    rank = 20

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        became, facts = self.became(about, notification)
        moment = HistoryEntry.objects.filter(pk=notification.cause).values("at")[:1]
        left = Shift.objects.filter(
            event=about.event, signups__volunteer=about.attendee_id, signups__ended_at=Subquery(moment)
        )
        if left.filter(signups__ended_at__gte=about.event.ends_at, ends_at__gt=about.event.ends_at).exists():
            return _went_early(about.event)
        return Content(
            title=_("You canceled your shift: %(event)s") % {"event": about.event.words.title},
            lead=_("You no longer have your shift at “%(event)s”. %(became)s")
            % {"event": about.event.words.title, "became": became},
            facts=[*self.facts(about), *facts] if about.is_active else event_facts(about.event),
            action=self.state_page(about, _("See my registration")) if about.is_active else event_page(about.event),
            calendars=[
                *shift_calendars(left.distinct().in_order(), about.event, at, withdrawn=True),
                *event_out_of_calendar(about, at),
            ],
        )


@declare
class ShiftCancelled(PartEnded):
    """To a volunteer whose seat came with the shift."""

    name = "shift_cancelled"
    rank = 20

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        event = about.event
        became, facts = self.became(about, notification)
        if not about.is_active:
            became = _("Registration for other slots has closed, so your registration was canceled too.")
        shifts = self.shifts(about, notification)
        return Content(
            title=_("Your shift was canceled: %(event)s") % {"event": event.words.title},
            lead=_("The organizers canceled your shift at “%(event)s”. Thank you for offering to help. %(became)s")
            % {"event": event.words.title, "became": became},
            facts=[
                *_reasons(shifts),
                *shift_facts(shifts, event),
                *(self.facts(about) if about.is_active else event_facts(event)),
                *facts,
            ],
            action=self.state_page(about, _("See my registration")) if about.is_active else event_page(event),
            calendars=[*shift_calendars(shifts, event, at), *event_out_of_calendar(about, at)],
        )

    def shifts(self, about: Registration, notification: Notification) -> list[Shift]:
        """The canceled shifts: those that ended for the attendee at the instant of the step that this message is about."""
        moment = HistoryEntry.objects.filter(pk=notification.cause).values("at")[:1]
        return list(
            Shift.objects.filter(
                event=about.event,
                cancelled_at=Subquery(moment),
                signups__volunteer=about.attendee_id,
                signups__ended_at=Subquery(moment),
            )
            .distinct()
            .in_order()
        )


class SignupKind(Kind[Signup]):
    """A message about one signup."""

    def rows(self) -> QuerySet[Signup]:
        return Signup.objects.select_related("shift__event__community", "shift__lead", "volunteer")

    def names(self, about: Signup) -> dict[str, str]:
        """Values for the placeholders."""
        return {
            "person": about.volunteer.name,
            "shift": about.shift.title,
            "event": about.shift.event.words.title,
        }


@declare
class ShiftTaken(SignupKind):
    name = "shift_taken"

    def still_holds(self, about: Signup, notification: Notification, at: datetime) -> bool:
        return about.state == Signup.State.SIGNED_UP and about.shift.event.is_published

    def compose(self, about: Signup, notification: Notification, at: datetime) -> Content:
        event = about.shift.event
        return Content(
            title=_("You signed up for a shift: %(event)s") % self.names(about),
            lead=_("You signed up for the shift “%(shift)s” at “%(event)s”. Thank you.") % self.names(about),
            facts=[*event_facts(event), *shift_facts([about.shift], event)],
            action=event_page(event),
            calendars=shift_calendars([about.shift], event, at),
            small_print=until_when(about.shift, event, at),
        )


@declare
class ShiftLeft(SignupKind):
    name = "shift_left"

    def still_holds(self, about: Signup, notification: Notification, at: datetime) -> bool:
        return about.state == Signup.State.STEPPED_DOWN

    def compose(self, about: Signup, notification: Notification, at: datetime) -> Content:
        event = about.shift.event
        if about.ended_at and event.is_over(about.ended_at):
            return _went_early(event)
        return Content(
            title=_("You canceled your shift: %(event)s") % self.names(about),
            lead=_("You no longer have the shift “%(shift)s” at “%(event)s”.") % self.names(about),
            facts=event_facts(event),
            action=event_page(event),
            calendars=shift_calendars([about.shift], event, at, withdrawn=True),
        )


@declare
class ShiftOffCalendar(SignupKind):
    """To a volunteer who has left the event, and with it the shift. It takes the shift out of their calendar."""

    name = "shift_off_calendar"
    # After the mail that says why: they left, or were removed.
    rank = 60

    def still_holds(self, about: Signup, notification: Notification, at: datetime) -> bool:
        return about.state == Signup.State.STEPPED_DOWN and at < about.shift.ends_at

    def compose(self, about: Signup, notification: Notification, at: datetime) -> Content:
        shift, event = about.shift, about.shift.event
        return Content(
            title=_("You no longer have a shift: %(event)s") % self.names(about),
            lead=_("You no longer help with “%(shift)s” at “%(event)s”.") % self.names(about),
            facts=event_facts(event),
            action=event_page(event),
            calendars=shift_calendars([shift], event, at, withdrawn=True),
        )


@declare
class ShiftCalledOff(SignupKind):
    """To a volunteer whose shift came without a seat."""

    name = "shift_called_off"

    def still_holds(self, about: Signup, notification: Notification, at: datetime) -> bool:
        return about.shift.cancelled_at is not None and about.shift.event.is_published

    def compose(self, about: Signup, notification: Notification, at: datetime) -> Content:
        event = about.shift.event
        return Content(
            title=_("Your shift was canceled: %(event)s") % self.names(about),
            lead=_("The organizers canceled your shift “%(shift)s” at “%(event)s”. Thank you for offering to help.")
            % self.names(about),
            facts=[*_reasons([about.shift]), *shift_facts([about.shift], event), *event_facts(event)],
            action=event_page(event),
            calendars=shift_calendars([about.shift], event, at),
        )


@declare
class SteppedDownLate(SignupKind):
    name = "stepped_down_late"
    urgent = True

    def still_holds(self, about: Signup, notification: Notification, at: datetime) -> bool:
        shift = about.shift
        is_ahead = shift.event.is_published and shift.cancelled_at is None and at < shift.ends_at
        return is_ahead and manages(notification, shift.event)

    def compose(self, about: Signup, notification: Notification, at: datetime) -> Content:
        shift, event = about.shift, about.shift.event
        title, lead = (
            (
                _("A volunteer left %(shift)s early: %(event)s"),
                _("%(person)s had to leave during “%(shift)s” at “%(event)s”. The volunteers there do the rest."),
            )
            if about.ended_at and shift.starts_at <= about.ended_at
            else (
                _("Late cancellation for %(shift)s: %(event)s"),
                _(
                    "%(person)s canceled their shift “%(shift)s” at “%(event)s” after the deadline. You may want to "
                    "find a replacement."
                ),
            )
        )
        return Content(
            title=title % self.names(about),
            lead=lead % self.names(about),
            facts=[
                shift_fact(shift, event),
                (
                    _("People so far"),
                    _("%(taken)s now, at least %(minimum)s needed") % {"taken": shift.taken, "minimum": shift.minimum},
                ),
            ],
            action=(_("See the shifts"), link("desk_shifts", event.public_id)),
        )


def _reasons(shifts: list[Shift]) -> Facts:
    """What the organizers wrote about why these shifts were canceled, each text once."""
    return [(_("Reason"), reason) for reason in dict.fromkeys(one.cancel_reason for one in shifts) if reason]


def _went_early(event: Event) -> Content:
    """To a volunteer who leaves early from a shift after the event. Their seat no longer changes (RULES 41)."""
    return Content(
        title=_("You left your shift early: %(event)s") % {"event": event.words.title},
        lead=_(
            "You had to leave your shift at “%(event)s” early, and the organizers know. You still count as "
            "having attended the event. Thank you for helping until then."
        )
        % {"event": event.words.title},
        facts=[],
        action=event_page(event),
    )
