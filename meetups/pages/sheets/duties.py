"""Shifts in words: what the volunteer does, what they get, and what happens to the seat after stepping down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, F, Q, QuerySet, Subquery, Sum
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from meetups.accounts.models import User
from meetups.core import dates
from meetups.events.models import Event
from meetups.pages.sheets.slot_choices import SlotChoice
from meetups.registrations.admission import fallback_slot
from meetups.registrations.lottery.weights import WINDOW
from meetups.registrations.models import Registration
from meetups.volunteers.hours import hours
from meetups.volunteers.models import Shift, Signup

State = Registration.State
# My page shows this many shifts that are done, and looks through this many for missed ones.
LAST, LOOKED_AT = 5, 100


@dataclass(frozen=True)
class Duty:
    """A shift of `event` at `at`; `is_mine` where the reader has taken it."""

    event: Event
    shift: Shift
    at: datetime
    is_mine: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the shift can be taken now."""
        return self.why_not == ""

    @property
    def why_not(self) -> str:
        """The reason why the shift cannot be taken; empty where it can."""
        if self.event.state == Event.State.DRAFT:
            return _("not public yet")
        if self.shift.cancelled_at or self.shift.starts_at <= self.at or not self.event.is_open(self.at):
            return _("closed")
        return _("full") if self.is_full else ""

    @property
    def is_full(self) -> bool:
        return not self.shift.places_left

    @property
    def time(self) -> str:
        """`16:30〜17:30`, with the day if it is not the day of the event."""
        zone, language = self.event.time_zone, get_language() or "en"
        times = dates.time_range(self.shift.starts_at, self.shift.ends_at, zone, language)
        if (
            self.shift.starts_at.astimezone(self.event.zone).date()
            == self.event.starts_at.astimezone(self.event.zone).date()
        ):
            return times
        return f"{dates.day(self.shift.starts_at, zone, language)} {times}"

    @property
    def clock(self) -> str:
        """`16:30〜17:30 JST`, for lists that show the day themselves."""
        zone, language = self.event.time_zone, get_language() or "en"
        times = dates.time_range(self.shift.starts_at, self.shift.ends_at, zone, language)
        return f"{times} {dates.zone_label(self.shift.starts_at, zone)}"

    @property
    def missing(self) -> str:
        """How many people it still needs; where it has enough, how many places are left."""
        needed = self.shift.minimum - self.shift.taken
        if needed <= 0:
            return self.left
        return ngettext("%(count)d person still needed", "%(count)d people still needed", needed) % {"count": needed}

    @property
    def can_be_handed_over(self) -> bool:
        """Whether the volunteer can ask another person to take over the shift (RULES 72, 73)."""
        return self.event.is_open(self.at) and self.at < self.shift.starts_at and not self.shift.needs_approval

    @property
    def is_under_way(self) -> bool:
        return self.shift.starts_at <= self.at < self.shift.ends_at

    @property
    def way_out(self) -> str:
        """The text of the link for stepping down; empty after the shift, or where the event is cancelled (RULES 22)."""
        if self.event.is_cancelled or self.at >= self.shift.ends_at:
            return ""
        return _("Leave early") if self.is_under_way else _("Cancel my shift")

    @property
    def step_down_is_free(self) -> bool:
        """Whether a volunteer who takes the shift now can step down without organizers being told at once (RULES 22)."""
        return self.shift.step_down_is_free(self.at)

    @property
    def what(self) -> str:
        """What there is to do: the organizers' instructions, else the title."""
        return self.shift.instructions or self.shift.title

    @property
    def note(self) -> str:
        """The second line of the button; empty where there is nothing to add."""
        if self.shift.needs_approval:
            return _("Needs organizer approval")
        return _("You get a seat right away") if self.shift.slot_id else ""

    @property
    def left(self) -> str:
        left = self.shift.places_left
        return pgettext("people", "%(count)d left") % {"count": left} if left else pgettext("shift", "Full")

    @property
    def need(self) -> str:
        """How many people it needs."""
        facts = {"least": self.shift.minimum, "most": self.shift.maximum}
        if self.shift.minimum == self.shift.maximum:
            return ngettext("needs %(most)d person", "needs %(most)d people", self.shift.maximum) % facts
        return _("at least %(least)d, at most %(most)d") % facts

    @property
    def taken(self) -> str:
        return ngettext("%(count)d person signed up", "%(count)d people signed up", self.shift.taken) % {
            "count": self.shift.taken
        }

    @property
    def label(self) -> str:
        """The text of the button: sign up for the shift, or request it where organizers choose (RULES 65)."""
        if self.shift.needs_approval:
            return _("Request this shift")
        return {
            Shift.Phase.SETUP: _("Sign up for setup"),
            Shift.Phase.EVENT: _("Sign up for this shift"),
            Shift.Phase.TEARDOWN: _("Sign up for teardown"),
        }[Shift.Phase(self.shift.phase)]


def duties_of(event: Event, shifts: Iterable[Shift], *, mine: Iterable[int], at: datetime) -> list[Duty]:
    """Each shift in words; `mine` are the primary keys of the shifts that the reader has taken."""
    taken = set(mine)
    return [Duty(event, shift, at, shift.pk in taken) for shift in shifts]


@dataclass(frozen=True)
class Done:
    """A shift that is over. `counts_until` is an instant; None where nothing counts."""

    signup: Signup
    counts_until: datetime | None


@dataclass(frozen=True)
class Work:
    """All shifts that a person has done: how many, and how long (V6)."""

    shifts: int
    duration: timedelta

    def __str__(self) -> str:
        return ngettext("%(count)d shift, %(hours)s", "%(count)d shifts, %(hours)s", self.shifts) % {
            "count": self.shifts,
            "hours": hours(self.duration),
        }


def done_by(person: User, *, at: datetime) -> tuple[list[Done], Work | None]:
    """The person's last shifts, and all missed shifts in the window (RULES 24, 76), latest first; their total work, or None where
    there is none yet. One query.
    """
    missed = Q(mark__in=[Signup.Mark.ABSENT, Signup.Mark.EXCUSED], shift__ends_at__gt=at - WINDOW)
    over = Signup.objects.over(at).filter(Q(mark__in=["", Signup.Mark.DONE]) | missed, volunteer=person)
    found: list[Done] = []
    total = _total(person, at)
    with_total: QuerySet[Any] = over.annotate(
        shifts=Subquery(total.values("number")), duration=Subquery(total.values("lasted"))
    )
    latest = list(with_total.select_related("shift__event__community").order_by("-shift__starts_at", "-pk")[:LOOKED_AT])
    for one in latest:
        counts = one.mark == Signup.Mark.ABSENT
        if one.is_done(at) and sum(done.signup.is_done(at) for done in found) == LAST:
            continue
        found.append(Done(one, one.shift.ends_at + WINDOW if counts else None))
    number, lasted = (latest[0].shifts, latest[0].duration) if latest else (0, timedelta())
    return found, Work(number, lasted) if number else None


def work_of(person: User, *, at: datetime) -> Work | None:
    """The total work of the person; None where there is none yet. One query."""
    total = _total(person, at).values_list("number", "lasted").first()
    return Work(*total) if total else None


def _total(person: User, at: datetime) -> QuerySet[Any, Any]:
    """One row with `number` and `lasted`, or none."""
    lasted = Sum(F("shift__ends_at") - F("shift__starts_at"), output_field=DurationField())
    mine = Signup.objects.done(at).filter(volunteer=person).order_by().values("volunteer")
    return mine.annotate(number=Count("pk"), lasted=lasted)


def _falls_to(offers: list[SlotChoice]) -> SlotChoice | None:
    """The slot that a seat falls back to when its duty ends now; the pen itself chooses the same one."""
    slot = fallback_slot([(offer.slot, offer.lottery) for offer in offers], offers[0].at) if offers else None
    return next((offer for offer in offers if offer.slot == slot), None)


def rule_of_stepping_down(offers: Iterable[SlotChoice]) -> str:
    """The consequence of stepping down, shown before a shift is taken (RULES 21)."""
    offers = list(offers)
    general = _falls_to(offers)
    if general is None:
        return _("If you cancel your shift, your registration is canceled too.")
    facts = {"slot": general.slot.name}
    if general.lottery and general.lottery.takes_entries(general.at):
        when = dates.moment(general.lottery.closes_at, general.event.time_zone, get_language() or "en")
        first = next(offer.slot for offer in offers if offer.slot.is_general)
        if first != general.slot:
            return _(
                "Cancel before %(when)s: back into the lottery for “%(slot)s”. After that: end of the waitlist "
                "for “%(other)s”."
            ) % {**facts, "when": when, "other": first.name}
        return _("Cancel before %(when)s: back into the lottery for “%(slot)s”. After that: end of its waitlist.") % {
            **facts,
            "when": when,
        }
    return (
        _(
            "If you cancel your shift, you go to the end of the waitlist for “%(slot)s”. If no one is "
            "waiting and a seat is open, you get it."
        )
        % facts
    )


@dataclass(frozen=True)
class Fallback:
    """What happens to a seat: a sentence for the page, and a note for the button."""

    sentence: str
    note: str

    def __str__(self) -> str:
        return self.sentence


def fallback(offers: Iterable[SlotChoice], *, held_otherwise: bool, checked_in: bool, is_over: bool) -> Fallback:
    """What happens to the seat if the reader steps down now (RULES 20, 21, 41, 42)."""
    stays, queues = _("You keep your seat"), _("You’ll be on the waitlist")
    if is_over:
        return Fallback(_("Your attendance at the event stays on record."), _("The organizers are notified right away"))
    if held_otherwise:
        return Fallback(_("You keep your seat: it comes with another shift or your talk."), stays)
    if checked_in:
        return Fallback(_("You keep your seat: you’re checked in."), stays)
    general = _falls_to(list(offers))
    if general is None or general.way_in is None:
        sentence = _("Registration for other slots has closed, so your registration is canceled too.")
        return Fallback(sentence, _("Your registration is canceled too"))
    facts = {"slot": general.slot.name}
    if general.way_in == State.APPLIED and general.lottery:
        when = dates.moment(general.lottery.draws_at, general.event.time_zone, get_language() or "en")
        sentence = _(
            "You’ll lose your guaranteed seat and go back into the lottery for “%(slot)s”. Result by email: %(when)s."
        )
        return Fallback(sentence % {**facts, "when": when}, _("Back into the lottery"))
    if general.way_in == State.CONFIRMED:
        sentence = _("You keep a seat: “%(slot)s” has an open one, and no one is waiting.")
        return Fallback(sentence % facts, _("You get an open seat"))
    if general.awaits_draw:
        sentence = _(
            "You’ll lose your guaranteed seat. Entries are closed, so you’ll be on the waitlist for "
            "“%(slot)s”, after everyone in the draw."
        )
        return Fallback(sentence % facts, queues)
    if not general.waiting:
        return Fallback(
            _("You’ll lose your guaranteed seat and be first on the waitlist for “%(slot)s”.") % facts, queues
        )
    sentence = ngettext(
        "You’ll lose your guaranteed seat and go to the end of the waitlist for “%(slot)s” (%(count)d ahead of you).",
        "You’ll lose your guaranteed seat and go to the end of the waitlist for “%(slot)s” (%(count)d ahead of you).",
        general.waiting,
    )
    return Fallback(sentence % {**facts, "count": general.waiting}, queues)
