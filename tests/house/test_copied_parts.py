"""A copy of an event: every model that hangs on an event is copied or left out by name, and so is every column of what is copied."""

import pytest
from django.apps import apps
from django.db import models
from django.db.models.fields.related import RelatedField
from django.test.utils import isolate_apps

from meetups.lifecycle.copies.copied_parts import COPIED, EVENT, LEFT_OUT
from meetups.volunteers.models import Shift
from tests.lifecycle.test_dates_that_move import hanging

# Columns of what is copied that begin anew in the copy, with the reason.
ANEW = {
    "the copy has its own": {
        "events.Event": {"public_id", "title", "other_title", "created_at", "copied_from"},
        "events.EventPicture": {"added_at"},
        "lifecycle.Message": {"written_by", "written_at"},
        "registrations.Lottery": {"secret", "commitment"},
        "registrations.Slot": {"public_id"},
        "speakers.Call": {"opened_at"},
    },
    "those that are asked are copied, without those that were taken out": {"registrations.Slot": {"questions"}},
    "the copy is a draft, and nothing has happened there": {
        "events.Event": {
            "state", "reminder_times_since", "schedule_version", "schedule_since", "sequence", "sequence_since", "published_at",
            "cancelled_at", "cancel_reason", "change_note", "slides_published_at",
        },
        "lifecycle.Message": {"state", "ended_at", "recipients", "earlier"},
        "registrations.Lottery": {
            "state", "seats", "manifest", "manifest_sha256", "frozen_at", "value", "value_at", "drawn_at",
        },
        "registrations.Reconfirmation": {"state", "reminded_at"},
        "registrations.Slot": {"taken", "held", "next_place", "first_come_given"},
        "runbook.Todo": {"done_at", "done_by", "chased_at"},
        "speakers.Call": {"closed_at"},
        "speakers.Rehearsal": {"set_at"},
        "volunteers.Chore": {"done_at", "done_by"},
        "volunteers.Shift": {"lead", "taken", "cancelled_at", "cancels_at", "cancel_reason", "help_sought_at", "short_told_at"},
    },
    "chosen dates are copied as the dates": {"registrations.Lottery": {"chosen_closes_at", "chosen_draws_at"}},
}  # fmt: skip


def copied() -> set[type[models.Model]]:
    return {part.model for part in COPIED} | {apps.get_model("events.Event")}


def left_out() -> set[type[models.Model]]:
    return {model for one in LEFT_OUT for model in one.models}


def forgotten(known: set[type[models.Model]]) -> set[str]:
    return {model._meta.label for model in hanging() if model not in known}


def columns() -> set[str]:
    """The columns of what is copied, without keys: the primary key, and those that say where a row belongs."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in copied()
        for field in model._meta.concrete_fields
        if not field.primary_key and not (isinstance(field, RelatedField) and field.name in {"event", "slot"})
    }


def carried() -> set[str]:
    declared = {part.model._meta.label: part.carried for part in COPIED} | {"events.Event": EVENT}
    return {f"{label}.{name.removesuffix('_id')}" for label, names in declared.items() for name in names}


def anew() -> set[str]:
    return {f"{label}.{name}" for of in ANEW.values() for label, names in of.items() for name in names}


def test_every_model_that_hangs_on_an_event_is_copied_or_left_out_by_name() -> None:
    assert forgotten(copied() | left_out()) == set()
    assert copied() & left_out() == set()
    assert {model._meta.label for model in copied() | left_out()} <= {model._meta.label for model in hanging()}


@pytest.mark.story
@pytest.mark.parametrize("one", sorted(copied() | left_out(), key=str))
def test_a_model_that_nobody_named_is_found(one: type[models.Model]) -> None:
    assert forgotten((copied() | left_out()) - {one}) == {one._meta.label}


@isolate_apps("meetups.volunteers")
def test_a_model_that_someone_plants_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """It hangs on a shift, a step further away than the event."""

    class Planted(models.Model):
        shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="+")

        class Meta:
            app_label = "volunteers"

    known = list(apps.get_models())
    monkeypatch.setattr(apps, "get_models", lambda: [*known, Planted])
    assert forgotten(copied() | left_out()) == {"volunteers.Planted"}


def test_every_column_of_what_is_copied_comes_along_or_begins_anew_by_name() -> None:
    assert columns() - carried() - anew() == set()
    assert carried() & anew() == set()
    assert carried() | anew() == columns(), "nothing is named that is not there"


@pytest.mark.story
@pytest.mark.parametrize("name", sorted(carried()))
def test_a_column_that_nobody_named_is_found(name: str) -> None:
    assert columns() - (carried() - {name}) - anew() == {name}
