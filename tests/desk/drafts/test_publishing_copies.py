"""Copies that were published, one or all in one press, can be taken back for ten minutes; who has a part somewhere keeps it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from meetups.core.texts.plain_text import as_text
from meetups.events.models import Event, Undo
from meetups.lifecycle.actions.copy_event import copy_event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.models import Notification, Preference, Topic
from meetups.reminders.tasks import plan_due_reminders
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)
LATER = cast.NOW + timedelta(minutes=10)


@pytest.fixture
def desk() -> Iterator[Client]:
    """Dan wants to hear of new events."""
    community = cast.community()
    Preference.objects.create(
        person=cast.person("dan"),
        topic=Topic.ANNOUNCEMENTS,
        thread=community.thread,
        wanted=True,
        chosen_at=cast.NOW - timedelta(days=1),
    )
    with time_machine.travel(cast.NOW, tick=False):
        yield cast.signed_in("aiko")
        assert breaches() == []


def copies(number: int = 3) -> list[Event]:
    source = cast.event(slots=[cast.first_come_plan(9)])
    first = source.starts_at.date() + timedelta(days=30)
    days = [first + timedelta(days=7 * week) for week in range(number)]
    return copy_event(source=source, days=days, request="once", at=cast.NOW, by=cast.person("aiko"))


def press(desk: Client, event: Event, intent: str) -> Any:
    return desk.post(reverse("desk_event_copied", args=[event.public_id]), {"intent": intent}, follow=True)


def decide(desk: Client, event: Event, intent: str) -> Any:
    undo = Undo.objects.get(event=event, kind="publication")
    return desk.post(reverse("desk_undo", args=[event.public_id, undo.pk]), {"intent": intent}, follow=True)


def states(events: list[Event]) -> list[str]:
    return [Event.objects.get(pk=event.pk).state for event in events]


def announced(events: list[Event]) -> list[datetime]:
    """When the mails about them leave."""
    found = Notification.objects.filter(kind="event_announced", thread__in=[one.thread for one in events])
    return list(found.order_by("pk").values_list("due_at", flat=True))


def test_one_press_publishes_all_and_one_takes_all_back(desk: Client) -> None:
    made = copies()
    sheet = as_text(desk.get(reverse("desk_event_copied", args=[made[0].public_id])).content.decode())
    assert "Publish all 3" in sheet
    assert "can be undone for 10 minutes" in sheet
    page = press(desk, made[0], "publish-all")
    assert states(made) == ["published"] * 3
    assert "3 events published" in page.content.decode(), "the bar"
    plan_due_reminders(at=cast.NOW)
    assert announced(made) == [LATER] * 3
    page = decide(desk, made[1], "undo")
    assert "3 events are drafts again, and no one was emailed" in page.content.decode()
    assert states(made) == ["draft"] * 3
    assert announced(made) == []
    assert not Undo.objects.filter(kind="publication").exists()
    plan_due_reminders(at=LATER)
    assert announced(made) == []


def test_those_with_people_stay_and_are_named(desk: Client) -> None:
    made = copies()
    press(desk, made[0], "publish-all")
    Event.objects.filter(pk=made[1].pk).update(title="人のいる会")
    cast.registered("emi", Event.objects.get(pk=made[1].pk))
    plan_due_reminders(at=cast.NOW)
    page = decide(desk, made[0], "undo").content.decode()
    assert states(made) == ["draft", "published", "draft"]
    assert "“人のいる会” stays published: someone already has a part there" in as_text(page)
    # Its mail leaves at the time that was said.
    assert announced(made) == [LATER]
    assert not Undo.objects.filter(kind="publication").exists()


def test_after_ten_minutes_it_stays(desk: Client) -> None:
    made = copies(2)
    press(desk, made[0], "publish-all")
    with time_machine.travel(LATER, tick=False):
        page = decide(cast.signed_in("aiko"), made[0], "undo").content.decode()
    assert "The ten minutes are over" in page
    assert states(made) == ["published"] * 2


def test_who_does_not_wait_lets_all_mail_leave(desk: Client) -> None:
    made = copies(2)
    press(desk, made[0], "publish-all")
    plan_due_reminders(at=cast.NOW)
    decide(desk, made[1], "send")
    assert announced(made) == [cast.NOW] * 2
    assert not Undo.objects.filter(kind="publication").exists()


def test_one_copy_can_be_taken_back_and_the_bar_stands_on_the_next_sheet(desk: Client) -> None:
    made = copies(2)
    page = press(desk, made[0], "publish").content.decode()
    assert states(made) == ["published", "draft"]
    assert "Event published" in page
    assert "is ready</h1>" in " ".join(page.split()).replace(" </h1>", "</h1>")
    decide(desk, made[0], "undo")
    assert states(made) == ["draft", "draft"]


def test_if_one_cannot_be_published_none_is(desk: Client) -> None:
    made = copies(2)
    Event.objects.filter(pk=made[1].pk).update(
        starts_at=cast.NOW - timedelta(hours=2), ends_at=cast.NOW - timedelta(hours=1), title="昨日の会"
    )
    page = as_text(press(desk, made[0], "publish-all").content.decode())
    assert states(made) == ["draft", "draft"]
    assert "None is published. “昨日の会”: The event would begin in the past" in page


def test_near_the_start_the_mail_leaves_at_once(desk: Client) -> None:
    [made] = copies(1)
    with time_machine.travel(made.starts_at - timedelta(hours=23), tick=False):
        desk = cast.signed_in("aiko")
        Event.objects.filter(pk=made.pk).update(registration_opens_at=None)
        assert "can be undone" not in desk.get(reverse("desk_event_copied", args=[made.public_id])).content.decode()
        press(desk, made, "publish")
        at = made.starts_at - timedelta(hours=23)
        plan_due_reminders(at=at)
    assert announced([made]) == [at]
    assert not Undo.objects.filter(kind="publication").exists()


def test_publishing_again_after_that_tells_each_once(desk: Client) -> None:
    made = copies(2)
    press(desk, made[0], "publish-all")
    plan_due_reminders(at=cast.NOW)
    decide(desk, made[0], "undo")
    press(desk, made[0], "publish-all")
    plan_due_reminders(at=cast.NOW)
    plan_due_reminders(at=LATER)
    assert len(announced(made)) == 2
