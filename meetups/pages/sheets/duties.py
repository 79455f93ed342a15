"""Shifts in words: what the volunteer does, and what they get."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.events.models import Event
from meetups.volunteers.models import Shift


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
        if self.shift.is_being_canceled:
            return _("being canceled")
        if self.event.opens_later(self.at):
            return _("not open yet")
        return _("full") if self.is_full else ""

    @property
    def opens_later(self) -> bool:
        """Whether it can be taken as soon as registration opens (RULES 220)."""
        is_ahead = self.event.opens_later(self.at) and self.event.is_open(self.at)
        return is_ahead and not self.shift.cancelled_at and not self.shift.is_being_canceled and not self.is_full

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
        is_ahead = self.event.is_open(self.at) and self.at < self.shift.starts_at
        return is_ahead and not self.shift.needs_approval and not self.shift.is_being_canceled

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
