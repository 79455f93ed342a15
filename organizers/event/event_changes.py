"""The changes that an edit would make, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.events.models import Event
from organizers.event.event_form import EventForm
from organizers.event.reminder_times import in_words


@dataclass(frozen=True)
class Difference:
    """One field of Event before and after. `name` is the field's name; the rest is for people."""

    name: str
    label: str
    before: str
    after: str


def differences(event: Event, fields: dict[str, object]) -> list[Difference]:
    """The fields that would change. Each time is shown on the clock that belongs to it: the old or the new zone."""
    zones = (event.time_zone, str(fields.get("time_zone", event.time_zone)))
    return [
        Difference(
            name,
            _label(name),
            _shown(event, name, getattr(event, name), zones[0]),
            _shown(event, name, value, zones[1]),
        )
        for name, value in fields.items()
        if getattr(event, name) != value
    ]


def _label(name: str) -> str:
    """The label in the form. The fields for instants have other names there."""
    names = {"starts_at": "starts", "ends_at": "ends"}
    return str(EventForm.base_fields[names.get(name, name)].label)


def _shown(event: Event, name: str, value: object, zone: str) -> str:
    if isinstance(value, datetime):
        return f"{dates.moment(value, zone, get_language() or 'en')} {dates.zone_label(value, zone)}"
    if name == "reminder_times":
        return in_words(str(value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    choices = dict(Event._meta.get_field(name).flatchoices or [])  # type: ignore[union-attr]
    text = str(choices.get(value, value)) if value not in (None, "") else "–"
    return text if len(text) <= 80 else f"{text[:80]}…"
