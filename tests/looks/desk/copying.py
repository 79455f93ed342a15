"""The sheet of an event that was copied to two days, and a new event that is typed, for `make looks`."""

from datetime import timedelta

from django.utils import timezone

from meetups.events.models import Event, UnfinishedEvent
from meetups.lifecycle.actions.copy_event import copy_event
from tests.looks.scene import person


def copied_sheets(source: Event) -> list[tuple[str, str, str]]:
    """The name, viewer and path of the sheet, of the page that deletes the other draft, and of the pages with what was typed."""
    first = source.starts_at.astimezone(source.zone).date() + timedelta(days=42)
    days = [first, first + timedelta(days=35)]
    drafts = copy_event(source=source, days=days, request="looks", at=timezone.now(), by=person("aiko"))
    kept = UnfinishedEvent.objects.create(
        community=source.community,
        public_id="kept",
        title="ML勉強会 #30 検索の評価",
        typed={"title": ["ML勉強会 #30 検索の評価"], "venue_name": ["六本木オフィス 18F"], "capacity": ["40"]},
        saved_by=person("ben"),
        saved_at=timezone.now(),
    )
    new = f"/desk/c/{source.community.slug}/events/new"
    return [
        ("desk-unfinished", "aiko", f"{new}/?draft={kept.public_id}"),
        ("desk-unfinished-others", "aiko", f"{new}/"),
        ("desk-unfinished-deletion", "aiko", f"{new}/{kept.public_id}/deletion/"),
        ("desk-copied", "aiko", f"/desk/events/{drafts[0].public_id}/copied/"),
        ("desk-delete-draft", "aiko", f"/desk/events/{drafts[1].public_id}/deletion/"),
    ]
