"""What a form carries that edits one stored thing: its version, and what another organizer has saved in the meantime (RULES 118)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.core.errors import DomainError
from meetups.core.versions import ChangedMeanwhile
from organizers.desk.access import DeskRequest
from organizers.desk.three_way import MarkedWords, MergedByItself, merged


@dataclass(frozen=True)
class EditedField:
    """One field that two organizers changed: the saved value, and the value that this organizer typed.

    A text has `theirs` and `mine` besides: its parts, each with the mark `ins`, `del` or none, compared with what it was before.
    """

    label: str
    before: str
    after: str
    theirs: list[MarkedWords] = field(default_factory=list)
    mine: list[MarkedWords] = field(default_factory=list)
    # Only the other changed it, and it is in the form.
    is_taken: bool = False
    # Its key in the hidden input `was`.
    name: str = ""

    @property
    def in_a_list(self) -> list["EditedField"]:
        return [self]


class SentForm:
    """A form of the dashboard, and what became of it: `status` is the status of its page, `result` is what its action returned."""

    def __init__(self, form: forms.Form) -> None:
        self.form = form
        self.status = 200
        self.result: Any = None
        self.is_overtaken = False

    def succeeds(
        self, action: Callable[[], object], *, beside: str | Callable[[DomainError], str | None] | None = None
    ) -> bool:
        """Whether the form was sent, is valid, and the action has done it.

        What the action refuses is said in the form, beside the field `beside`, or above all fields. If another organizer saved
        first, nothing is said there: see `Edit`.
        """
        if not self.form.is_bound:
            return False
        self.status = 422
        if not self.form.is_valid():
            return False
        try:
            self.result = action()
        except ChangedMeanwhile as refusal:
            self.status, self.is_overtaken = refusal.status, True
        except DomainError as refusal:
            self.form.add_error(beside(refusal) if callable(beside) else beside, str(refusal))
            self.status = refusal.status
        else:
            return True
        return False


class Edit(SentForm):
    """A form that edits a stored thing, whose version is `now`.

    `seen` is the version that the form was filled from. `rows` are None until another organizer was found to have saved first.
    """

    def __init__(self, request: DeskRequest, form: forms.Form, now: str) -> None:
        super().__init__(form)
        self.seen = request.POST.get("seen", now)
        self.rows: list[EditedField] | None = None

    def compare(self, there: dict[str, Any], now: str) -> None:
        """For a form that was overtaken: both versions are shown, and sent once more it replaces the version `now`.

        Raises MergedByItself as `meanwhile` does.
        """
        self.rows, self.seen = meanwhile(self.form, there, now), now


def meanwhile(form: forms.Form, there: dict[str, Any], now: str) -> list[EditedField]:
    """The fields that both changed: the saved values beside the typed ones.

    What only the other changed is taken over, in the form itself. Where no field is left to ask about, raises MergedByItself:
    the form is then sent once more with the version `now`. Without what the form was filled from, all that differs is asked.
    """
    merge = merged(form, there)
    asked: dict[str, tuple[list[MarkedWords], list[MarkedWords]] | None]
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
            *(texts or ([], [])),
            name=name,
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
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        value = {str(key): label for key, label in choices}.get(str(_plain(value)), value)
    text = str(value if value is not None else "") or "–"
    return text if len(text) <= 80 else f"{text[:80]}…"
