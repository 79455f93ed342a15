"""All dates that hang on an event, as they are: to say what moves with it, and to put them back (RULES 193)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Model

from meetups.events.models import Event
from meetups.lifecycle.dates_that_move import MOVING
from meetups.lifecycle.models import Message
from meetups.registrations.models import Lottery, Reconfirmation

# What goes with the dates of a model.
WITH = {Lottery: ("chosen_closes_at", "chosen_draws_at"), Reconfirmation: ("releases_silent",)}
type Dates = dict[tuple[str, int], dict[str, Any]]


@dataclass(frozen=True)
class MovedDate:
    """One date of one thing (`of`, such as `volunteers.Shift`, and `pk`), before and after."""

    of: str
    pk: int
    field: str
    before: datetime | None
    after: datetime | None


def dates_of(event: Event) -> Dates:
    """The dates of everything that moves with `event`, and the states in which they hold. One query for each model."""
    found: Dates = {}
    for dates in MOVING:
        if not dates.fields:
            continue
        model = dates.model
        has_event = any(field.name == "event" for field in model._meta.fields)
        has_state = model is not Event and any(field.name == "state" for field in model._meta.fields)
        names = [*dates.fields, *WITH.get(model, ()), *(["state"] if has_state else [])]
        path = "pk" if model is Event else "event" if has_event else "slot__event"
        rows = model._default_manager.filter(**{path: event.pk})
        for row in rows.values("pk", *names).order_by("pk"):
            found[model._meta.label, row.pop("pk")] = row
    return found


def differences(before: Dates, after: Dates) -> Iterator[MovedDate]:
    """The dates that differ."""
    for (of, pk), values in before.items():
        now = after.get((of, pk), values)
        for name, value in values.items():
            if isinstance(value, datetime) and now[name] != value:
                yield MovedDate(of, pk, name, value, now[name])


def as_json(before: Dates, after: Dates) -> list[list[Any]]:
    """The differences as JSON. They are kept until the change can no longer be undone."""
    return [
        [of, pk, _plain(values), _plain(after[of, pk])]
        for (of, pk), values in before.items()
        if (of, pk) in after and after[of, pk] != values
    ]


def put_back(kept: list[list[Any]]) -> list[Message]:
    """Writes the dates back, exactly, where nothing has changed them since. What was drawn, asked or ended since stays.

    Returns the scheduled messages that the move had withdrawn.
    """
    withdrawn: list[Message] = []
    for of, pk, before, after in kept:
        row: Model | None = apps.get_model(of)._default_manager.filter(pk=pk).first()
        if row is None or _plain({name: getattr(row, name) for name in after}) != after:
            continue
        if isinstance(row, Message) and row.state == Message.State.WITHDRAWN:
            withdrawn.append(row)
            continue
        for name, value in before.items():
            setattr(row, name, _instant(value))
        row.save(update_fields=list(before))
    return withdrawn


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _instant(value: Any) -> Any:
    """Dates come back as dates; states and marks as they are."""
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value
