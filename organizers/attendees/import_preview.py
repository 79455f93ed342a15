"""What a file of participants means, and what would happen with it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetups.events.models import Event
from meetups.registrations.imports.import_plan import Incoming, Sorted, incoming, sort_out
from meetups.registrations.imports.participants_csv import Meaning, Problem, Table, folded, read_people
from meetups.registrations.models import Slot
from organizers.attendees.added_person_form import slot_label

LEAVE_OUT = "-"
# A column with more values than this is no column of slots.
MOST_SLOTS = 20
# Problems on the page; the others are counted.
SHOWN = 100


class MappingForm(forms.Form):
    """Which column means what (`column_…`), and which of our slots stands for each slot of the file (`slot_…`)."""

    above = forms.BooleanField(label=gettext_lazy("Add people over capacity when no seat is left"), required=False)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, table: Table, slots: list[Slot], **options: Any) -> None:
        super().__init__(*args, **options)
        self.table = table
        self.slots = {str(slot.pk): slot for slot in slots}
        columns = [("", _("– not in the file –")), *((str(number), head) for number, head in enumerate(table.head))]
        for meaning in Meaning:
            self.fields[f"column_{meaning}"] = forms.ChoiceField(
                label=meaning.label, choices=columns, required=meaning.is_needed
            )
        ours = [
            ("", _("– choose –")),
            *((key, slot_label(slot)) for key, slot in self.slots.items()),
            (LEAVE_OUT, _("Skip these people")),
        ]
        self.names = self._slot_names()
        for name in self.names[:MOST_SLOTS]:
            self.fields[slot_field(name)] = forms.ChoiceField(label=name or _("All attendees"), choices=ours)

    @classmethod
    def guessed(cls, table: Table, columns: Mapping[Meaning, int], slots: list[Slot]) -> "MappingForm":
        """The form as it is filled in for the organizer: columns by their headers, slots by their names."""
        data = {f"column_{meaning}": str(column) for meaning, column in columns.items()}
        names = table.values(columns[Meaning.SLOT]) if Meaning.SLOT in columns else [""]
        by_name = {folded(slot.name): str(slot.pk) for slot in slots}
        only = str(slots[0].pk) if len(slots) == 1 else ""
        data |= {slot_field(name): by_name.get(folded(name), only) for name in names[:MOST_SLOTS]}
        return cls(data, table=table, slots=slots)

    def _slot_names(self) -> list[str]:
        column = str(self.data.get(f"column_{Meaning.SLOT}", "")) if self.is_bound else ""
        if not column.isdecimal() or int(column[:4]) >= len(self.table.head):
            return [""]
        return self.table.values(int(column[:4]))

    def clean(self) -> dict[str, Any]:
        """Refuses two meanings for one column, and a column with too many different slots."""
        cleaned = super().clean() or self.cleaned_data
        chosen = [cleaned[f"column_{meaning}"] for meaning in Meaning if cleaned.get(f"column_{meaning}")]
        if len(chosen) != len(set(chosen)):
            self.add_error(None, _("One column can’t mean two things."))
        if len(self.names) > MOST_SLOTS:
            self.add_error(f"column_{Meaning.SLOT}", _("This column has too many different values to be the slot."))
        return cleaned

    @property
    def columns(self) -> dict[Meaning, int]:
        """The columns that were chosen, as far as they are valid."""
        typed = self.cleaned_data
        return {meaning: int(typed[f"column_{meaning}"]) for meaning in Meaning if typed.get(f"column_{meaning}")}

    @property
    def means_enough(self) -> bool:
        """Whether people can be read: the columns are known, though perhaps not all slots."""
        return self.is_bound and not self.non_field_errors() and not self.column_errors

    @property
    def column_errors(self) -> bool:
        return any(name.startswith("column_") for name in self.errors)

    @property
    def our_slots(self) -> dict[str, int]:
        """Our slot (primary key) for each name in the file; those left out or not chosen yet are missing."""
        typed = {name: self.cleaned_data.get(slot_field(name), "") for name in self.names[:MOST_SLOTS]}
        return {name: int(pk) for name, pk in typed.items() if pk and pk != LEAVE_OUT}

    @property
    def fingerprint(self) -> str:
        """What was chosen, in short: people are brought in only as they were shown."""
        names = sorted(name for name in self.fields if name.startswith(("column_", "slot_")))
        chosen = [(name, str(self.data.get(name, ""))) for name in names]
        return hashlib.sha256(repr(chosen).encode()).hexdigest()

    @property
    def changed_since_seen(self) -> bool:
        return str(self.data.get("seen", "")) != self.fingerprint

    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column_{meaning}"] for meaning in Meaning]

    def slot_fields(self) -> list[forms.BoundField]:
        return [self[slot_field(name)] for name in self.names[:MOST_SLOTS]]


def slot_field(name: str) -> str:
    """The name of the field for a slot of the file: names there are anything."""
    return f"slot_{hashlib.sha256(name.encode()).hexdigest()[:12]}"


@dataclass(frozen=True)
class Preview:
    """What would happen. `people` is what the action is given; `rows` are our slots with wanted and free seats."""

    people: list[Incoming]
    sorted: Sorted
    rows: list[tuple[Slot, int, int]]
    problems: list[Problem]
    more: int
    errors: int
    cancelled: int

    @classmethod
    def of(cls, event: Event, table: Table, mapping: MappingForm, at: datetime) -> "Preview":
        """Reads the table under the mapping. One query beside the slots."""
        reading = read_people(table, mapping.columns)
        people, left_out = incoming(reading.people, mapping.our_slots)
        slots = {slot.pk: slot for slot in mapping.slots.values()}
        found = sort_out(event, slots, people, at)
        problems = _in_order([*reading.problems, *left_out, *found.problems])
        rows = [(slot, found.wanted[pk], found.free[pk]) for pk, slot in slots.items() if found.wanted[pk]]
        return cls(
            people,
            found,
            rows,
            problems[:SHOWN],
            max(len(problems) - SHOWN, 0),
            sum(problem.error for problem in problems),
            reading.cancelled,
        )


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: problem.row)
