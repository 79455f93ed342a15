"""The sheet of an event that was copied to two days, for `make looks`."""

from datetime import timedelta

from django.utils import timezone

from meetups.events.models import Event
from meetups.lifecycle.actions.copy_event import copy_event
from tests.looks.scene import person


def copied_sheets(source: Event) -> list[tuple[str, str, str]]:
    """The name, viewer and path of the sheet, and of the page that deletes the other draft."""
    first = source.starts_at.astimezone(source.zone).date() + timedelta(days=42)
    days = [first, first + timedelta(days=35)]
    drafts = copy_event(source=source, days=days, request="looks", at=timezone.now(), by=person("aiko"))
    return [
        ("desk-copied", "aiko", f"/desk/events/{drafts[0].public_id}/copied/"),
        ("desk-delete-draft", "aiko", f"/desk/events/{drafts[1].public_id}/deletion/"),
    ]
