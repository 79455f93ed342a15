"""What moves along with a change of an event, by name, with old and new times."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.events.models import Event
from meetups.lifecycle.actions.change_event import ChangeOfEvent
from meetups.lifecycle.due_reminders import attendee_moments
from meetups.lifecycle.models import Message
from meetups.lifecycle.moved_dates import MovedDate
from meetups.registrations.models import HeldPlace, Lottery, Reconfirmation, Slot
from meetups.speakers.models import Call, Rehearsal
from meetups.volunteers.models import Shift

KINDS: dict[str, str | Promise] = {
    "events.Event": gettext_lazy("Opening of registration"),
    "registrations.Slot": gettext_lazy("Deadlines of slots"),
    "registrations.Lottery": pgettext_lazy("tab", "Lottery"),
    "registrations.Reconfirmation": gettext_lazy("Attendance check"),
    "registrations.HeldPlace": gettext_lazy("Invitations to the event"),
    "volunteers.Shift": pgettext_lazy("tab", "Shifts"),
    "speakers.Call": gettext_lazy("Call for speakers"),
    "speakers.Rehearsal": gettext_lazy("Rehearsal"),
    "lifecycle.Message": gettext_lazy("Scheduled messages"),
}
# Every date that moves has its words: a test compares with the rooms.
WORDS: dict[tuple[str, str], str | Promise] = {
    ("events.Event", "registration_opens_at"): gettext_lazy("registration opens"),
    ("registrations.Slot", "closes_at"): gettext_lazy("registration closes"),
    ("registrations.Slot", "free_cancellation_ends_at"): gettext_lazy("free cancellation ends"),
    ("registrations.Slot", "promotion_stops_at"): gettext_lazy("moving up stops"),
    ("registrations.Lottery", "closes_at"): gettext_lazy("entries close"),
    ("registrations.Lottery", "draws_at"): gettext_lazy("draw"),
    ("registrations.Reconfirmation", "ask_at"): gettext_lazy("is asked"),
    ("registrations.Reconfirmation", "answer_by"): gettext_lazy("reply due"),
    ("registrations.HeldPlace", "expires_at"): gettext_lazy("valid until"),
    ("volunteers.Shift", "starts_at"): gettext_lazy("start"),
    ("volunteers.Shift", "ends_at"): gettext_lazy("end"),
    ("volunteers.Shift", "step_down_until"): gettext_lazy("cancellation until"),
    ("volunteers.Shift", "help_at"): gettext_lazy("check for enough people"),
    ("speakers.Call", "closes_at"): gettext_lazy("closes"),
    ("speakers.Rehearsal", "starts_at"): gettext_lazy("start"),
    ("speakers.Rehearsal", "ends_at"): gettext_lazy("end"),
    ("lifecycle.Message", "send_at"): gettext_lazy("is sent"),
    ("lifecycle.Message", "stands_until"): gettext_lazy("stops going to newcomers"),
}


@dataclass(frozen=True)
class Move:
    """One date of one thing."""

    thing: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class MovesAlong:
    """All of one kind. `before` and `after` are the first and the last time among them; without `after` it stays as it is."""

    kind: str
    number: int
    before: str
    after: str
    moves: list[Move]


def moves_along(event: Event, change: ChangeOfEvent) -> list[MovesAlong]:
    """What moves, by kind. One query for each kind that moves, and one for the lotteries that stay."""
    zones = (event.time_zone, change.event.time_zone)
    by_kind: defaultdict[str, list[MovedDate]] = defaultdict(list)
    for one in change.moved:
        # What was chosen for later goes along and has no words of its own.
        if (one.of, one.field) in WORDS:
            by_kind[one.of].append(one)
    found = [_of_kind(kind, by_kind[kind], zones) for kind in KINDS if by_kind[kind]]
    if "starts_at" in change.changed:
        moved = {one.pk for one in by_kind["registrations.Lottery"]}
        for lottery in Lottery.objects.filter(slot__event=event).exclude(pk__in=moved).select_related("slot"):
            draw = f"{lottery.slot.name} · {_shown([lottery.draws_at], zones[0])}"
            found.append(MovesAlong(str(KINDS["registrations.Lottery"]), 1, draw, "", []))
    return [*found, *_reminders(event, change.event, zones)]


def _of_kind(kind: str, found: list[MovedDate], zones: tuple[str, str]) -> MovesAlong:
    names = _names(kind, {one.pk for one in found})
    moves = [
        Move(
            names.get(one.pk, ""),
            str(WORDS[kind, one.field]),
            _shown([one.before], zones[0]),
            _shown([one.after], zones[1]),
        )
        for one in found
    ]
    spans = [one for one in found if one.field in {"starts_at", "ends_at"}] or found
    before, after = _shown((one.before for one in spans), zones[0]), _shown((one.after for one in spans), zones[1])
    return MovesAlong(str(KINDS[kind]), len(names), before, after, moves)


def _names(kind: str, pks: set[int]) -> Mapping[int, str]:
    """What the things are called, by primary key."""
    rows = apps.get_model(kind)._default_manager.filter(pk__in=pks)
    if kind in {"registrations.Lottery", "registrations.Reconfirmation"}:
        rows = rows.select_related("slot")
    return {row.pk: _name(row) for row in rows}


def _name(row: object) -> str:
    match row:
        case Slot():
            return row.name
        case Lottery() | Reconfirmation():
            return row.slot.name
        case Shift():
            return str(row)
        case HeldPlace():
            return row.name
        case Message():
            return str(next(iter(row.texts.values()))["subject"])
        case Call() | Rehearsal() | Event():
            return ""
    raise TypeError(row)


def _reminders(before: Event, after: Event, zones: tuple[str, str]) -> list[MovesAlong]:
    old = [one.due_at for one in attendee_moments(before)] if before.reminders_on else []
    new = [one.due_at for one in attendee_moments(after)] if after.reminders_on else []
    if old == new:
        return []
    moves = [
        Move("", "", _shown([first], zones[0]), _shown([second], zones[1]))
        for first, second in zip(
            [*old, *[None] * (len(new) - len(old))], [*new, *[None] * (len(old) - len(new))], strict=True
        )
    ]
    return [MovesAlong(_("Reminders"), max(len(old), len(new)), _shown(old, zones[0]), _shown(new, zones[1]), moves)]


def _shown(instants: Iterable[datetime | None], zone: str) -> str:
    """The first and the last of these times, on the clock of `zone`."""
    known = sorted(one for one in instants if one)
    if not known:
        return "–"
    language = get_language() or "en"
    if len(known) == 1 or known[0] == known[-1]:
        return dates.short_moment(known[0], zone, language)
    return f"{dates.short_moment(known[0], zone, language)} – {dates.short_moment(known[-1], zone, language)}"
