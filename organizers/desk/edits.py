"""What a form carries that edits one stored thing: its version, and what another organizer has saved in the meantime (RULES 118)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.core import dates
from organizers.desk.access import DeskRequest
from organizers.desk.three_way import MergedByItself, Part, merged


@dataclass(frozen=True)
class EditedField:
    """One field that two organizers changed: the saved value, and the value that this organizer typed.

    A text has `theirs` and `mine` besides: its parts, each with the mark `ins`, `del` or none, compared with what it was before.
    """

    label: str
    before: str
    after: str
    theirs: list[Part] = field(default_factory=list)
    mine: list[Part] = field(default_factory=list)
    # Only the other changed it, and it is in the form.
    is_taken: bool = False


@dataclass(frozen=True)
class Edit:
    """`seen` is the version that the form was filled from. `rows` are None until another organizer was found to have saved first."""

    seen: str
    rows: list[EditedField] | None = None


def edit_of(request: DeskRequest, now: str) -> Edit:
    """A form that was just filled is of the version `now`; one that was sent keeps its own."""
    return Edit(request.POST.get("seen", now) if request.method == "POST" else now)


def overtaken(form: forms.Form, there: dict[str, Any], now: str) -> Edit:
    """Both versions are shown. Sent once more, the form replaces the version `now`. Raises MergedByItself as `meanwhile` does."""
    return Edit(now, meanwhile(form, there, now))


def meanwhile(form: forms.Form, there: dict[str, Any], now: str) -> list[EditedField]:
    """The fields that both changed: the saved values beside the typed ones.

    What only the other changed is taken over, in the form itself. Where no field is left to ask about, raises MergedByItself:
    the form is then sent once more with the version `now`. Without what the form was filled from, all that differs is asked.
    """
    merge = merged(form, there)
    asked: dict[str, tuple[list[Part], list[Part]] | None]
    if merge is None:
        asked = {one.name: None for one in form if one.name in there and _differs(form, one, there)}
    else:
        form.data = merge.data
        form.data["seen"] = now
        asked = merge.asked
        if not asked:
            raise MergedByItself(merge.data, [str(form[name].label) for name in merge.taken])
    rows = [
        EditedField(
            str(form[name].label),
            _shown(form.fields[name], there[name]),
            _shown(form.fields[name], form.cleaned_data.get(name)),
            *(texts or ()),
        )
        for name, texts in asked.items()
    ]
    taken = merge.taken if merge else []
    return rows + [
        EditedField(str(form[name].label), "", _shown(form.fields[name], there[name]), is_taken=True) for name in taken
    ]


def _differs(form: forms.Form, one: forms.BoundField, there: dict[str, Any]) -> bool:
    return _plain(there[one.name]) != _plain(form.cleaned_data.get(one.name))


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
