"""The list of participants as a file that opens in Excel."""

import io
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from defusedcsv import csv
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetups.events.models import Event
from meetups.registrations.models import Registration
from meetups.registrations.pen.queue_numbers import queue_numbers
from meetups.registrations.questions.questions import all_questions
from organizers.attendees.roster import answers_of, marks_of
from organizers.desk.names import folded

# Excel reads a file as UTF-8 only if it begins with this mark.
BOM = "\ufeff"
RUNS = ("=", "+", "-", "@", "|", "%")


def attendee_file(event: Event, registrations: Iterable[Registration], *, entrance: bool) -> tuple[bytes, str]:
    """The file (UTF-8 with BOM, CRLF) and its name. Times are on the event's clock."""
    rows = _entrance(registrations) if entrance else _everyone(event, registrations)
    text = io.StringIO()
    text.write(BOM)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([defused(cell) for cell in row] for row in rows)
    return text.getvalue().encode(), f"{'entrance' if entrance else 'attendees'}-{event.public_id}.csv"


def defused(cell: object) -> object:
    """Puts an apostrophe before a cell that a spreadsheet would run as a formula.

    This includes full-width signs, which some programs read in the same way, and signs behind white space or
    invisible characters.
    """
    if not isinstance(cell, str):
        return cell
    seen = "".join(
        character
        for character in unicodedata.normalize("NFKC", cell)
        if not character.isspace() and unicodedata.category(character) not in {"Cc", "Cf"}
    )
    return f"'{cell}" if seen.startswith(RUNS) or cell.startswith(("\t", "\r", "\n")) else cell


def _everyone(event: Event, registrations: Iterable[Registration]) -> list[list[object]]:
    def wall(at: datetime | None) -> str:
        return at.astimezone(event.zone).strftime("%Y-%m-%d %H:%M") if at else ""

    head: list[object] = [
        _("Name"),
        pgettext("column", "State"),
        pgettext("column", "Slot"),
        pgettext("column", "Waitlist number"),
        _("Checked in"),
        _("Registered"),
        _("Email address"),
        pgettext("column", "Remarks"),
    ]
    registrations = list(registrations)
    questions = _questions(registrations)
    head += questions
    numbers = queue_numbers(registrations)
    rows: list[list[object]] = [
        [
            one.name,
            str(one.get_state_display()),
            one.slot.name,
            numbers.get(one.pk, ""),
            wall(one.checked_in_at),
            wall(one.registered_at),
            one.attendee.email if one.attendee else "",
            ", ".join(mark.word for mark in marks_of(one, set())),
            *_answers(one, questions),
        ]
        for one in registrations
    ]
    return [head, *rows]


def _questions(registrations: Iterable[Registration]) -> list[str]:
    """The labels of all questions that were asked, slot by slot. The same question in two slots is one column."""
    slots = {one.slot_id: one.slot for one in registrations}
    in_order = sorted(slots.values(), key=lambda slot: (slot.position, slot.pk))
    return list(dict.fromkeys(question.label for slot in in_order for question in all_questions(slot)))


def _answers(registration: Registration, questions: list[str]) -> list[str]:
    given = dict(answers_of(registration, all_questions(registration.slot)))
    return [given.get(label, "") for label in questions]


def _entrance(registrations: Iterable[Registration]) -> list[list[object]]:
    confirmed = [one.name for one in registrations if one.state == Registration.State.CONFIRMED]
    head: list[object] = [pgettext("column", "No."), _("Name"), _("Badge"), _("Time in"), _("Remarks")]
    rows: list[list[object]] = [
        [number, name, "", "", ""] for number, name in enumerate(sorted(confirmed, key=folded), start=1)
    ]
    return [head, *rows]
