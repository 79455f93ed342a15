"""The changes that an edit would make, in words."""

from dataclasses import dataclass, field
from datetime import datetime
from difflib import ndiff

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.events.models import Event
from meetups.lifecycle.actions.change_event import LONG_TEXTS
from organizers.event.event_form import EventForm, prefecture_choices
from organizers.event.reminder_times import in_words


@dataclass(frozen=True)
class Difference:
    """One field of Event before and after. `name` is the field's name; the rest is for people.

    A text of several lines says how many there were and how many changed; `lines` are the changed ones: `+` or `-`, and the line.
    """

    name: str
    label: str
    before: str
    after: str
    lines: list[tuple[str, str]] = field(default_factory=list)


def differences(event: Event, fields: dict[str, object]) -> list[Difference]:
    """The fields that would change. Each time is shown on the clock that belongs to it: the old or the new zone."""
    zones = (event.time_zone, str(fields.get("time_zone", event.time_zone)))
    found = []
    for name, value in fields.items():
        old = getattr(event, name)
        if old == value:
            continue
        lines = changed_lines(str(old), str(value)) if name in LONG_TEXTS else []
        if lines:
            count = len(str(old).splitlines())
            before = ngettext("%(count)s line", "%(count)s lines", count) % {"count": count}
            found.append(Difference(name, _label(name), before, _in_numbers(lines), lines))
        else:
            found.append(Difference(name, _label(name), _shown(name, old, zones[0]), _shown(name, value, zones[1])))
    return found


def changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    """The lines that are not in both texts."""
    found = ndiff(before.splitlines(), after.splitlines())
    return [(line[0], line[2:]) for line in found if line[0] in "+-"]


def _in_numbers(lines: list[tuple[str, str]]) -> str:
    added = sum(sign == "+" for sign, _line in lines)
    words = [
        (added, ngettext("%(count)s line added", "%(count)s lines added", added)),
        (gone := len(lines) - added, ngettext("%(count)s line removed", "%(count)s lines removed", gone)),
    ]
    return pgettext("list", ", ").join(text % {"count": number} for number, text in words if number)


def _label(name: str) -> str:
    """The label in the form. The fields for instants have other names there."""
    names = {"starts_at": "starts", "ends_at": "ends", "registration_opens_at": "opens"}
    return str(EventForm.base_fields[names.get(name, name)].label)


def _shown(name: str, value: object, zone: str) -> str:
    if isinstance(value, datetime):
        return f"{dates.moment(value, zone, get_language() or 'en')} {dates.zone_label(value, zone)}"
    if name == "reminder_times":
        return in_words(str(value))
    if name == "prefecture":
        return str(dict(prefecture_choices())[str(value)])
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    choices = dict(Event._meta.get_field(name).flatchoices or [])  # type: ignore[union-attr]
    text = str(choices.get(value, value)) if value not in (None, "") else "–"
    return text if len(text) <= 80 else f"{text[:80]}…"
