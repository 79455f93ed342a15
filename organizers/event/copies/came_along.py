"""The sheet of a copy: what came along, how many of each, and what each date became."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.events.models import Event
from meetups.lifecycle.due_reminders import attendee_moments
from meetups.lifecycle.models import Message
from meetups.registrations.models import Lottery, Slot
from meetups.registrations.questions.questions import questions_of
from meetups.runbook.models import Todo
from meetups.speakers.models import Break, Call, Rehearsal
from meetups.volunteers.models import Chore, RoomPhoto, Shift

# More dates than these are not read one by one.
MOST_DATES = 3
type Moments = Callable[[EventParts], Sequence[datetime]]


@dataclass(frozen=True)
class CameAlong:
    """One line: `was` and `became` are dates or numbers; `same` says that it stayed as it was."""

    what: str
    count: str
    was: str = ""
    became: str = ""

    @property
    def same(self) -> bool:
        return not self.was


@dataclass(frozen=True)
class EventParts:
    """An event with the parts that a copy has, read together with those of the other one."""

    event: Event
    slots: list[Slot]
    shifts: list[Shift]
    messages: list[Message]
    breaks: int
    chores: int
    photos: int
    todos: int

    @property
    def lotteries(self) -> list[Lottery]:
        return [lottery for slot in self.slots if (lottery := slot.draws_from)]

    @property
    def call(self) -> Call | None:
        return getattr(self.event, "call", None)

    @property
    def rehearsal(self) -> Rehearsal | None:
        return getattr(self.event, "rehearsal", None)


def parts_of_both(source: Event, event: Event) -> tuple[EventParts, EventParts]:
    """The source and its copy. Four queries."""
    both = [source.pk, event.pk]
    counted = Event.objects.filter(pk__in=both).select_related("call", "rehearsal")
    found: dict[int, Any] = counted.annotate(
        break_count=_number(Break.objects.all()),
        chore_count=_number(Chore.objects.all()),
        photo_count=_number(RoomPhoto.objects.all()),
        todo_count=_number(Todo.objects.all()),
    ).in_bulk()
    slots = list(Slot.objects.filter(event__in=both).select_related("lottery", "reconfirmation").in_order())
    shifts = list(Shift.objects.standing().filter(event__in=both).order_by("starts_at", "pk"))
    messages = list(Message.objects.repeatable().filter(event__in=both).order_by("send_at", "pk"))

    def parts(one: Any) -> EventParts:
        return EventParts(
            event=one,
            slots=[slot for slot in slots if slot.event_id == one.pk],
            shifts=[shift for shift in shifts if shift.event_id == one.pk],
            messages=[message for message in messages if message.event_id == one.pk],
            breaks=one.break_count,
            chores=one.chore_count,
            photos=one.photo_count,
            todos=one.todo_count,
        )

    return parts(found[source.pk]), parts(found[event.pk])


def _number(rows: "QuerySet[Any]") -> Coalesce:
    counted = rows.filter(event=OuterRef("pk")).order_by().values("event").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def came_along(there: EventParts, here: EventParts) -> list[CameAlong]:
    """The lines of the sheet, in the order in which an organizer thinks of them. No queries."""

    def counted(what: str, count: str) -> list[CameAlong]:
        return [CameAlong(what, count)] if count else []

    def dated(what: str, moments: Moments, *, count: str = "", until: bool = False) -> list[CameAlong]:
        return _dated(what, count, moments, there, here, until=until)

    questions = {one.id for slot in here.slots for one in questions_of(slot)}
    lines = [
        *_slots(there, here),
        *dated(pgettext("copied", "Free cancellation"), _free_cancellation, until=True),
        *dated(pgettext("copied", "Opening of registration"), _opening),
        *dated(pgettext("copied", "Lottery"), _draws, count=_items(len(here.lotteries))),
        *counted(pgettext("copied", "Questions"), _items(len(questions))),
        *dated(pgettext("copied", "Attendance check"), _attendance_checks),
        *dated(pgettext("copied", "Call for speakers"), _end_of_call, until=True),
        *dated(pgettext("copied", "Rehearsal"), _rehearsal),
        *_shifts(there, here),
        *counted(pgettext("copied", "Teardown list and photos"), _teardown(here)),
        *counted(pgettext("copied", "Breaks of the program"), _items(here.breaks)),
        *counted(pgettext("copied", "Things to do"), _items(here.todos)),
        *dated(pgettext("copied", "Reminders"), _reminders, count=_items(len(_reminders(here)))),
        *dated(pgettext("copied", "Scheduled messages"), _sendings, count=_items(len(here.messages))),
    ]
    call = here.call
    if call and not call.closes_at:
        lines.append(CameAlong(pgettext("copied", "Call for speakers"), ""))
    return lines


def _free_cancellation(parts: EventParts) -> list[datetime]:
    return [slot.free_cancellation_ends_at for slot in parts.slots if slot.is_general]


def _opening(parts: EventParts) -> list[datetime]:
    return [at for at in [parts.event.registration_opens_at] if at]


def _draws(parts: EventParts) -> list[datetime]:
    return [lottery.draws_at for lottery in parts.lotteries]


def _attendance_checks(parts: EventParts) -> list[datetime]:
    return [slot.reconfirmation.ask_at for slot in parts.slots if hasattr(slot, "reconfirmation")]


def _end_of_call(parts: EventParts) -> list[datetime]:
    return [parts.call.closes_at] if parts.call and parts.call.closes_at else []


def _rehearsal(parts: EventParts) -> list[datetime]:
    return [parts.rehearsal.starts_at] if parts.rehearsal else []


def _reminders(parts: EventParts) -> list[datetime]:
    return [moment.due_at for moment in attendee_moments(parts.event)] if parts.event.reminders_on else []


def _sendings(parts: EventParts) -> list[datetime]:
    return [message.send_at for message in parts.messages]


def _slots(there: EventParts, here: EventParts) -> list[CameAlong]:
    if not here.slots:
        return []

    def seats(parts: EventParts) -> str:
        number = sum(slot.capacity for slot in parts.slots)
        return ngettext("%(seats)s seat", "%(seats)s seats", number) % {"seats": number}

    return [CameAlong(pgettext("copied", "Slots and seats"), _items(len(here.slots)), seats(there), seats(here))]


def _shifts(there: EventParts, here: EventParts) -> list[CameAlong]:
    """From the first to the last."""
    if not here.shifts:
        return []

    def span(parts: EventParts) -> str:
        zone, language = parts.event.time_zone, get_language() or "en"
        begin, end = min(one.starts_at for one in parts.shifts), max(one.ends_at for one in parts.shifts)
        if dates.day(begin, zone, language) == dates.day(end, zone, language):
            return f"{dates.day(begin, zone, language)} {dates.time_range(begin, end, zone, language)}"
        days = {"first": dates.moment(begin, zone, language), "last": dates.moment(end, zone, language)}
        return _("%(first)s to %(last)s") % days

    was = span(there) if there.shifts else "–"
    return [CameAlong(pgettext("copied", "Shifts"), _items(len(here.shifts)), was, span(here))]


def _teardown(parts: EventParts) -> str:
    return pgettext("list", " · ").join(
        text
        for text in (
            _items(parts.chores),
            ngettext("%(count)s photo", "%(count)s photos", parts.photos) % {"count": parts.photos}
            if parts.photos
            else "",
        )
        if text
    )


def _items(number: int) -> str:
    return ngettext("%(count)s item", "%(count)s items", number) % {"count": number} if number else ""


def _dated(
    what: str,
    count: str,
    moments: Moments,
    there: EventParts,
    here: EventParts,
    *,
    until: bool = False,
) -> list[CameAlong]:
    was, became = (sorted(set(moments(parts))) for parts in (there, here))
    if not became:
        return []
    return [CameAlong(what, count, *(_said(some, there.event.time_zone, until=until) for some in (was, became)))]


def _said(moments: Sequence[datetime], zone: str, *, until: bool) -> str:
    language = get_language() or "en"
    days = [dates.short_day(one, zone, language) for one in moments]
    if not moments:
        return "–"
    if len(moments) == 1:
        one = dates.moment(moments[0], zone, language)
        return _("by %(when)s") % {"when": one} if until else one
    if len(set(days)) == 1:
        return pgettext("list", ", ").join(
            [dates.moment(moments[0], zone, language), *(dates.clock(one, zone, language) for one in moments[1:])]
        )
    if len(moments) <= MOST_DATES:
        return pgettext("list", " · ").join(dict.fromkeys(days))
    return _("%(first)s to %(last)s") % {"first": days[0], "last": days[-1]}
