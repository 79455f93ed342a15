"""What a form carries that edits one stored thing: its version, and what another organizer has saved in the meantime (RULES 118)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.core import dates
from organizers.desk.access import DeskRequest


@dataclass(frozen=True)
class EditedField:
    """One field that two organizers changed: the saved value, and the value that this organizer typed."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Edit:
    """`seen` is the version that the form was filled from. `rows` are None until another organizer was found to have saved first."""

    seen: str
    rows: list[EditedField] | None = None


def edit_of(request: DeskRequest, now: str) -> Edit:
    """A form that was just filled is of the version `now`; one that was sent keeps its own."""
    return Edit(request.POST.get("seen", now) if request.method == "POST" else now)


def overtaken(form: forms.Form, there: dict[str, Any], now: str) -> Edit:
    """Both versions are shown. Sent once more, the form replaces the version `now`."""
    return Edit(now, meanwhile(form, there))


def meanwhile(form: forms.Form, there: dict[str, Any]) -> list[EditedField]:
    """The saved values beside the typed ones, for the fields that differ."""
    return [
        EditedField(
            str(field.label),
            _shown(field.field, there[field.name]),
            _shown(field.field, form.cleaned_data.get(field.name)),
        )
        for field in form
        if field.name in there and _plain(there[field.name]) != _plain(form.cleaned_data.get(field.name))
    ]


def _plain(value: object) -> object:
    return (value.pk if isinstance(value, Model) else value) or None


def _shown(field: forms.Field, value: object) -> str:
    language = get_language() or "en"
    if isinstance(value, datetime):
        return dates.moment(value.replace(tzinfo=UTC), "UTC", language)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        value = {str(key): label for key, label in choices}.get(str(_plain(value)), value)
    text = str(value if value is not None else "") or "–"
    return text if len(text) <= 80 else f"{text[:80]}…"
