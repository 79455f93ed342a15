"""The form of a draft saves by itself: only a draft, only what can be saved, and never over what another window saved."""

import html
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions import change_event
from meetups.lifecycle.actions.publish_event import publish_event
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk() -> Any:
    cast.community()
    with time_machine.travel(cast.NOW, tick=False):
        yield cast.signed_in("aiko")


def opened(desk: Client, event: Event) -> dict[str, str]:
    """What a window sends that has just opened the form."""
    page = desk.get(reverse("desk_event_edit", args=[event.public_id])).content.decode()
    hidden = {name: html.unescape(re.search(rf'name="{name}" value="([^"]*)"', page)[1]) for name in ("seen", "was")}  # type: ignore[index]
    return {
        "title": event.title, "day": "2026-12-12", "starts": "14:00", "ends": "16:30", "time_zone": "Asia/Tokyo",
        "format": "on_site", "venue_name": event.venue_name, "visibility": "public", "language": "ja", "reminders_on": "on",
        "description": event.description, "hashtag": event.hashtag, **hidden,
    }  # fmt: skip


def saved(desk: Client, event: Event, typed: dict[str, str]) -> str:
    """What the page says after it was saved by itself. The window goes on with the new version."""
    answer = desk.post(reverse("desk_event_autosave", args=[event.public_id]), typed).content.decode()
    for name in ("seen", "was"):
        found = re.search(rf'name="{name}" value="([^"]*)"', answer)
        typed |= {name: html.unescape(found[1])} if found else {}
    return strip_tags(answer)


def title_of(event: Event) -> str:
    event.refresh_from_db()
    return str(event.title)


def test_a_draft_saves_by_itself_and_says_when(desk: Client) -> None:
    event = cast.event(publish=False)
    window = opened(desk, event)
    assert "Saved 12:00 PM" in saved(desk, event, window | {"title": "一"})
    assert title_of(event) == "一"
    window = opened(desk, event)
    for title in ("二", "三"):
        window["title"] = title
        assert "Saved" in saved(desk, event, window)
    assert title_of(event) == "三"
    assert set(HistoryEntry.objects.values_list("verb", flat=True)) >= {"save_draft"}
    assert "hx-post" in desk.get(reverse("desk_event_edit", args=[event.public_id])).content.decode()


def test_two_windows_never_overwrite_each_other_and_the_button_shows_both(desk: Client) -> None:
    event = cast.event(publish=False)
    one, other = opened(desk, event), opened(desk, event)
    saved(desk, event, one | {"title": "片方"})
    other["title"] = "もう片方"
    assert "another window" in saved(desk, event, other)
    assert title_of(event) == "片方"
    asked = desk.post(reverse("desk_event_edit", args=[event.public_id]), other | {"intent": "save"})
    assert asked.status_code == 409
    assert "片方" in asked.content.decode()
    assert title_of(event) == "片方"


def test_control_without_versions_the_second_window_would_overwrite_the_first(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_event, "refuse_what_has_changed", lambda _seen, _now: None)
    event = cast.event(publish=False)
    one, other = opened(desk, event), opened(desk, event)
    saved(desk, event, one | {"title": "片方"})
    saved(desk, event, other | {"title": "もう片方"})
    assert title_of(event) == "もう片方"


def test_what_cannot_be_saved_waits_and_what_is_public_never_saves_by_itself(desk: Client) -> None:
    event = cast.event(publish=False)
    window = opened(desk, event)
    assert "Not saved yet" in saved(desk, event, window | {"title": ""})
    assert "another window" in saved(desk, event, {**window, "title": "版なし", "seen": ""})
    publish_event(event=event, at=cast.NOW, by=cast.person("aiko"))
    assert "public now" in saved(desk, event, window | {"title": "公開後"})
    assert title_of(event) not in {"", "版なし", "公開後"}
    assert "desk_event_autosave" not in desk.get(reverse("desk_event_edit", args=[event.public_id])).content.decode()
