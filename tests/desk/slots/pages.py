"""Helpers that read and fill in the pages of a slot."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.html import strip_tags

from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.registrations.models import Slot
from tests.support import cast


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def desk() -> Client:
    """Aiko's browser."""
    return cast.signed_in("aiko")


def url_of(slot: Slot, path: str = "") -> str:
    return f"/desk/events/{slot.event.public_id}/slots/{slot.public_id}/{path}"


def text(answer: Any) -> str:
    """The visible text, in one line."""
    return " ".join(strip_tags(answer.content.decode().replace("<wbr>", "")).split())


def fields_of(desk: Client, slot: Slot, path: str = "", form: str = "form") -> dict[str, Any]:
    """The form as the browser sends it without changes."""
    answer = desk.get(url_of(slot, path))
    assert answer.status_code == 200
    shown = answer.context[form]
    values = {field.html_name: field.value() for field in shown}
    sent = {
        name: value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value
        for name, value in values.items()
        if value not in (None, False)
    }
    return {**sent, "seen": answer.context["edit"].seen}


def first(event: Event) -> Slot:
    return event.slots.in_order()[0]


def verbs(slot: Slot) -> list[str]:
    return list(HistoryEntry.objects.filter(subject=f"slot:{slot.pk}").order_by("pk").values_list("verb", flat=True))
