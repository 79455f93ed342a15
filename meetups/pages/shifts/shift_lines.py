"""Shifts for a volunteer who looks for one: what each gives, what stepping down costs, and why it cannot be taken."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.accounts.models import User
from meetups.core import dates
from meetups.events.models import Event
from meetups.pages.sheets.deal import deal
from meetups.pages.sheets.duties import Duty
from meetups.pages.sheets.slot_choices import SlotChoice, offers_of
from meetups.pages.shifts.shift_cancellation import rule_of_stepping_down
from meetups.registrations.models import Registration
from meetups.volunteers.approval import communities_missed
from meetups.volunteers.models import Handover, Shift, Signup


@dataclass(frozen=True)
class ShiftLine:
    """A shift as the reader finds it. `clash` is the title of the reader's own shift at the same time. `why_asked` says why an
    organizer approves it first; empty where no approval is needed. `has_seat`: the reader's seat at the event is confirmed
    without this shift.
    """

    duty: Duty
    gives: str
    rule: str
    clash: str = ""
    why_asked: str = ""
    has_seat: bool = False

    @property
    def note(self) -> str:
        """The second line of the button; empty where the reader has a seat already."""
        return _("You get a seat right away") if self.duty.shift.slot_id and not self.has_seat else ""

    @property
    def can_be_taken(self) -> bool:
        return self.duty.is_open and not self.clash


@dataclass(frozen=True)
class Own:
    """One of the reader's own shifts; `asked` is an address that was asked to take it over."""

    duty: Duty
    waits_for_yes: bool = False
    asked: str = ""


@dataclass
class Day:
    """A day in the time zone of the shifts, with the shifts that begin on it."""

    name: str
    lines: list[ShiftLine] = field(default_factory=list)


@dataclass(frozen=True)
class Listed:
    """All lists of a page. `full` are the shifts without free places, folded away."""

    own: list[Own]
    days: list[Day]
    full: list[ShiftLine]


def list_of(reader: User | AnonymousUser, found: list[Shift], *, at: datetime, only: Event | None = None) -> Listed:
    """The list of `found` for `reader`; these shifts come with event and lead. The reader's own shifts come first; with `only`,
    just those of that event.

    Two queries for any reader, and four more for a signed-in reader, whatever the number of shifts.
    """
    events = {shift.event_id: shift.event for shift in found}
    offers = offers_of(events.values(), at=at) if events else {}
    signups: list[Signup] = []
    places: dict[int, Registration] = {}
    missed: set[int] = set()
    if reader.is_authenticated:
        signups = _signups_of(reader, at)
        mine = Registration.objects.active().filter(attendee=reader, event__in=events).select_related("slot")
        places = {registration.event_id: registration for registration in mine}
        missed = communities_missed(reader, at=at)
    taken = {signup.shift_id for signup in signups}
    lines = [
        ShiftLine(
            duty=Duty(shift.event, shift, at),
            gives=what_it_gives(shift, offers[shift.event_id], places.get(shift.event_id)),
            rule=rule_of_stepping_down(offers[shift.event_id]) if shift.slot_id else "",
            clash=_clash(shift, signups),
            why_asked=_why_asked(shift, missed),
            has_seat=_is_certain(places.get(shift.event_id)),
        )
        for shift in found
        if shift.pk not in taken
    ]
    return Listed(
        own=[_own(one, at) for one in signups if only is None or one.shift.event_id == only.pk],
        days=_days(line for line in lines if not line.duty.is_full),
        full=[line for line in lines if line.duty.is_full],
    )


def _signups_of(person: User, at: datetime) -> list[Signup]:
    """Shifts ahead that the person has taken or requested, at events that take place."""
    signups = Signup.objects.active() | Signup.objects.awaiting_approval()
    mine = signups.filter(
        volunteer=person,
        shift__ends_at__gt=at,
        shift__cancelled_at__isnull=True,
        shift__event__state=Event.State.PUBLISHED,
    )
    asked = Prefetch("handovers", queryset=Handover.objects.open(at), to_attr="open_handovers")
    related = mine.select_related("shift__event__community", "shift__lead").prefetch_related(asked)
    return list(related.order_by("shift__starts_at", "pk"))


def _own(signup: Signup, at: datetime) -> Own:
    handovers: list[Handover] = getattr(signup, "open_handovers", [])
    return Own(
        Duty(signup.shift.event, signup.shift, at, is_mine=True),
        waits_for_yes=signup.state == Signup.State.ASKED,
        asked=handovers[0].address if handovers else "",
    )


def _clash(shift: Shift, signups: list[Signup]) -> str:
    """The title of the reader's own shift at the same time; `refuse_overlap` names the same one."""
    for signup in signups:
        other = signup.shift
        taken = signup.state == Signup.State.SIGNED_UP
        if taken and other.starts_at < shift.ends_at and other.ends_at > shift.starts_at:
            return str(other.title)
    return ""


def _is_certain(place: Registration | None) -> bool:
    return place is not None and place.state == Registration.State.CONFIRMED


def what_it_gives(shift: Shift, offers: list[SlotChoice], place: Registration | None) -> str:
    """What happens to the reader's registration if they take the shift."""
    if shift.slot_id is None:
        return "" if place else _("This shift doesn’t come with a seat. To attend as well, register separately.")
    if place is None:
        return deal(offers)
    if _is_certain(place) and not place.slot.is_general:
        return _("Your seat stays confirmed.")
    turns = _("Your registration in “%(slot)s” moves to this seat.") % {"slot": place.slot.name}
    return turns if _is_certain(place) else " ".join((deal(offers), turns))


def question_of(duty: Duty, *, asks: bool) -> str:
    """The heading of the page on which the shift is taken."""
    if duty.shift.is_being_canceled:
        return duty.shift.title
    if asks or not duty.is_open:
        return duty.label
    return {
        Shift.Phase.SETUP: _("Would you help set up?"),
        Shift.Phase.EVENT: _("Would you take this shift?"),
        Shift.Phase.TEARDOWN: _("Would you help with teardown?"),
    }[Shift.Phase(duty.shift.phase)]


def _why_asked(shift: Shift, missed: set[int]) -> str:
    if shift.needs_approval:
        return _("The organizers choose who does this shift.")
    if shift.slot_id and shift.event.community_id in missed:
        return _("You missed a shift in the last 180 days, so an organizer needs to approve this one first.")
    return ""


def _days(lines: Iterable[ShiftLine]) -> list[Day]:
    """The lines by the day on which they begin, in the time zone of their event."""
    days: dict[str, Day] = {}
    for line in lines:
        shift, event = line.duty.shift, line.duty.event
        key = f"{shift.starts_at.astimezone(event.zone):%Y%m%d}"
        name = dates.day(shift.starts_at, event.time_zone, get_language() or "en")
        days.setdefault(key, Day(name)).lines.append(line)
    return [days[key] for key in sorted(days)]
