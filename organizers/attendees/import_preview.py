"""What a file of participants means, and what its import would do."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetups.events.models import Event
from meetups.registrations.imports.file_answers import FileQuestion, file_questions, guess_answers, with_answers
from meetups.registrations.imports.import_plan import Incoming, Sorted, assign_slots, sort_out
from meetups.registrations.imports.participants_csv import LONGEST_CELL, Meaning, Problem, Table, fold_cell, read_people
from meetups.registrations.models import Slot
from organizers.attendees.added_person_form import slot_label, slots_to_give

LEAVE_OUT = "-"
# A column with more values than this cannot be a column of slots.
MOST_SLOTS = 20
# The page shows so many problems; it counts the others.
SHOWN = 100


@dataclass(frozen=True)
class Ours:
    """What the event has for people of a file: the slots in which seats are given, and what they ask."""

    slots: list[Slot]
    questions: list[FileQuestion]

    @classmethod
    def of(cls, event: Event) -> "Ours":
        """One query: questions are read with their slots."""
        slots = slots_to_give(event)
        return cls(slots, file_questions(slots))


class MappingForm(forms.Form):
    """The meaning of each column (`column_…`), the column of each question (`answer_…`), and the slot of the event for each slot of
    the file (`slot_…`).
    """

    above = forms.BooleanField(label=gettext_lazy("Add people over capacity when no seat is left"), required=False)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, table: Table, ours: Ours, **options: Any) -> None:
        super().__init__(*args, **options)
        self.table = table
        self.slots = {str(slot.pk): slot for slot in ours.slots}
        columns = [
            ("", _("– not in the file –")),
            *((str(number), head[:LONGEST_CELL]) for number, head in enumerate(table.head)),
        ]
        for meaning in Meaning:
            self.fields[f"column_{meaning}"] = forms.ChoiceField(
                label=meaning.label, choices=columns, required=meaning.is_needed
            )
        self.questions = ours.questions
        for one in self.questions:
            self.fields[f"answer_{one.key}"] = forms.ChoiceField(label=one.label, choices=columns, required=False)
        offered = [
            ("", _("– choose –")),
            *((key, slot_label(slot)) for key, slot in self.slots.items()),
            (LEAVE_OUT, _("Skip these people")),
        ]
        self.names = self._slot_names()
        nameless = _("Without a slot") if len(self.names) > 1 else _("All attendees")
        for name in self.names[:MOST_SLOTS]:
            self.fields[slot_field(name)] = forms.ChoiceField(
                label=name or nameless,
                choices=offered,
                error_messages={"required": _("Choose a slot, or skip these people.")},
            )

    @classmethod
    def guessed(cls, table: Table, columns: Mapping[Meaning, int], ours: Ours) -> "MappingForm":
        """The form with guessed values for the organizer: columns by their headers, slots by their names."""
        data = {f"column_{meaning}": str(column) for meaning, column in columns.items()}
        names = table.values(columns[Meaning.SLOT]) if Meaning.SLOT in columns else [""]
        by_name = {fold_cell(slot.name): str(slot.pk) for slot in ours.slots}
        only = str(ours.slots[0].pk) if len(ours.slots) == 1 else ""
        answers = guess_answers(table, ours.questions, columns.values())
        data |= {f"answer_{key}": str(column) for key, column in answers.items()}
        data |= {slot_field(name): by_name.get(fold_cell(name), only) for name in names[:MOST_SLOTS]}
        return cls(data, table=table, ours=ours)

    def _slot_names(self) -> list[str]:
        column = str(self.data.get(f"column_{Meaning.SLOT}", "")) if self.is_bound else ""
        if not column.isdecimal() or int(column[:4]) >= len(self.table.head):
            return [""]
        return self.table.values(int(column[:4]))

    def clean(self) -> dict[str, Any]:
        """Refuses two columns with one meaning, and a column with too many different slots."""
        cleaned = super().clean() or self.cleaned_data
        names = [*(f"column_{meaning}" for meaning in Meaning), *(f"answer_{one.key}" for one in self.questions)]
        chosen = [cleaned[name] for name in names if cleaned.get(name)]
        if len(chosen) != len(set(chosen)):
            self.add_error(None, _("One column can’t mean two things."))
        if len(self.names) > MOST_SLOTS:
            self.add_error(f"column_{Meaning.SLOT}", _("This column has too many different values to be the slot."))
        return cleaned

    @property
    def columns(self) -> dict[Meaning, int]:
        """The chosen columns that are valid."""
        typed = self.cleaned_data
        return {meaning: int(typed[f"column_{meaning}"]) for meaning in Meaning if typed.get(f"column_{meaning}")}

    @property
    def answer_columns(self) -> dict[str, int]:
        """The chosen column of each question, by its key."""
        typed = {one.key: self.cleaned_data.get(f"answer_{one.key}") for one in self.questions}
        return {key: int(column) for key, column in typed.items() if column}

    @property
    def leaves_open(self) -> bool:
        """Whether a question has no column."""
        return len(self.answer_columns) < len(self.questions)

    @property
    def means_enough(self) -> bool:
        """Whether people can be read: all columns are known, though perhaps not all slots."""
        return self.is_bound and not self.non_field_errors() and not self.column_errors

    @property
    def column_errors(self) -> bool:
        return any(name.startswith(("column_", "answer_")) for name in self.errors)

    @property
    def our_slots(self) -> dict[str, int]:
        """The slot of the event (primary key) for each name in the file. Names left out or not yet chosen are missing."""
        typed = {name: self.cleaned_data.get(slot_field(name), "") for name in self.names[:MOST_SLOTS]}
        return {name: int(pk) for name, pk in typed.items() if pk and pk != LEAVE_OUT}

    @property
    def fingerprint(self) -> str:
        """A hash of the choices. People are imported only as the preview showed them."""
        names = sorted(name for name in self.fields if name.startswith(("column_", "answer_", "slot_")))
        chosen = [(name, str(self.data.get(name, ""))) for name in names]
        return hashlib.sha256(repr(chosen).encode()).hexdigest()

    @property
    def changed_since_seen(self) -> bool:
        return str(self.data.get("seen", "")) != self.fingerprint

    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column_{meaning}"] for meaning in Meaning]

    def answer_fields(self) -> list[forms.BoundField]:
        return [self[f"answer_{one.key}"] for one in self.questions]

    def slot_fields(self) -> list[forms.BoundField]:
        return [self[slot_field(name)] for name in self.names[:MOST_SLOTS]]


def slot_field(name: str) -> str:
    """The name of the field for a slot of the file. The hash is needed because slot names may contain any character."""
    return f"slot_{hashlib.sha256(name.encode()).hexdigest()[:12]}"


@dataclass(frozen=True)
class Preview:
    """What an import would do. `people` are the input of the action; `rows` are the event's slots with wanted and free seats."""

    people: list[Incoming]
    sorted: Sorted
    rows: list[tuple[Slot, int, int]]
    problems: list[Problem]
    more: int
    errors: int
    cancelled: int
    answers: int

    @classmethod
    def of(cls, event: Event, table: Table, mapping: MappingForm, at: datetime) -> "Preview":
        """Reads the table with the mapping. One query in addition to that for the slots."""
        reading = read_people(table, mapping.columns)
        people, left_out = assign_slots(reading.people, mapping.our_slots)
        slots = {slot.pk: slot for slot in mapping.slots.values()}
        people, notes = with_answers(people, table, mapping.questions, mapping.answer_columns)
        found = sort_out(event, slots, people)
        new = [*found.seated, *found.waiting]
        # Who is on the list already keeps the answers there.
        rows_of_new = {one.row for one in new}
        notes = [note for note in notes if note.row in rows_of_new]
        problems = sorted([*reading.problems, *left_out, *found.problems, *notes], key=lambda problem: problem.row)
        rows = [(slot, found.wanted[pk], found.free[pk]) for pk, slot in slots.items() if found.wanted[pk]]
        return cls(
            people,
            found,
            rows,
            problems[:SHOWN],
            max(len(problems) - SHOWN, 0),
            sum(problem.error for problem in problems),
            reading.cancelled,
            sum(len(one.answers) for one in new),
        )
