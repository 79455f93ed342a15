"""Slots besides the usual ones on the page for a new event: each is a row with a name, an admission and seats."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetups.core.texts.safe_text import validate_visible
from meetups.registrations.models import Slot
from organizers.slots.defaults import USUAL_SEATS, admission_choices

ROWS = 4
USUAL = USUAL_SEATS // 4


def _admissions() -> list[tuple[str, str]]:
    return [*admission_choices()[::-1], (Slot.Admission.INVITED.value, _("By invitation"))]


def row_fields() -> dict[str, forms.Field]:
    """The fields of all rows. A row without a name and without seats is no slot."""
    fields: dict[str, forms.Field] = {}
    for number in range(1, ROWS + 1):
        fields[f"slot{number}_name"] = forms.CharField(
            label=gettext_lazy("Name"),
            max_length=60,
            required=False,
            validators=[validate_visible],
            # A row is shown once the one before it has a name: the stylesheet sees that by the placeholder.
            widget=forms.TextInput(attrs={"placeholder": " "}),
        )
        fields[f"slot{number}_admission"] = forms.ChoiceField(
            label=gettext_lazy("Admission"), choices=lazy(_admissions, list), required=False
        )
        fields[f"slot{number}_seats"] = forms.IntegerField(
            label=gettext_lazy("Seats"),
            min_value=1,
            max_value=100_000,
            required=False,
            widget=forms.NumberInput(attrs={"placeholder": str(USUAL)}),
        )
    return fields


def bound_rows(form: forms.Form) -> list[tuple[BoundField, BoundField, BoundField]]:
    """Name, admission and seats of each row."""
    return [
        (form[f"slot{number}_name"], form[f"slot{number}_admission"], form[f"slot{number}_seats"])
        for number in range(1, ROWS + 1)
    ]


def typed_rows(cleaned: dict[str, Any]) -> Iterator[tuple[str, Slot.Admission, int]]:
    """The rows that are slots, where all of a row can be read."""
    for number in range(1, ROWS + 1):
        name, seats = cleaned.get(f"slot{number}_name"), cleaned.get(f"slot{number}_seats")
        if name:
            admission = cleaned.get(f"slot{number}_admission") or Slot.Admission.FIRST_COME
            yield str(name), Slot.Admission(admission), int(seats or USUAL)


def check_rows(form: forms.Form, cleaned: dict[str, Any]) -> None:
    """Errors where a row has seats and no name, or the name of another."""
    names: set[str] = set()
    for number in range(1, ROWS + 1):
        name = cleaned.get(f"slot{number}_name") or ""
        if not name and cleaned.get(f"slot{number}_seats"):
            form.add_error(f"slot{number}_name", _("Enter a name for this slot."))
        if name and name in names:
            text = _("This event already has a slot called “%(slot)s”. Choose another name.")
            form.add_error(f"slot{number}_name", text % {"slot": name})
        names.add(name)
