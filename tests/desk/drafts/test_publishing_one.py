"""One event that was published, on whatever page, is a draft again with one press for ten minutes; where someone has a part it stays."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from meetups.communities.actions.follow import follow
from meetups.events.models import Event, Undo
from meetups.lifecycle.invariants import breaches
from meetups.notifications.models import Notification
from meetups.reminders.tasks import plan_due_reminders
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)
LATER = cast.NOW + timedelta(minutes=10)
SAID = "can be undone for 10 minutes"
TYPED = {
    "time_zone": "Asia/Tokyo",
    "format": "on_site",
    "admission": "first_come",
    "language": "ja",
    "visibility": "public",
    "title": "ML勉強会 #16",
    "starts": "14:00",
}


@pytest.fixture
def desk() -> Iterator[Client]:
    """Dan follows the community."""
    follow(person=cast.person("dan"), community=cast.community(), at=cast.NOW - timedelta(days=1))
    with time_machine.travel(cast.NOW, tick=False):
        yield cast.signed_in("aiko")
        assert breaches() == []


def from_the_page_for_a_new_event(desk: Client) -> Event:
    desk.post("/desk/c/ml/events/new/", {**TYPED, "day": "2026-12-20", "intent": "publish"})
    return Event.objects.get()


def from_the_overview(desk: Client) -> Event:
    event = cast.event(publish=False, slots=[cast.first_come_plan(9)])
    assert f"Publishing {SAID}" in overview(desk, event)
    desk.post(reverse("desk_event_publication", args=[event.public_id]))
    return event


def words(answer: Any) -> str:
    return " ".join(strip_tags(answer.content.decode()).split())


def overview(desk: Client, event: Event) -> str:
    return words(desk.get(reverse("desk_event", args=[event.public_id])))


def decide(desk: Client, event: Event, intent: str) -> str:
    url = reverse("desk_undo", args=[event.public_id, event.undoable.get(kind="publication").pk])
    return words(desk.post(url, {"intent": intent}, follow=True))


def state(event: Event) -> str:
    return str(Event.objects.get(pk=event.pk).state)


def announced(event: Event) -> list[datetime]:
    """When the mails about it leave."""
    found = Notification.objects.filter(kind="event_announced", thread=event.thread)
    return list(found.values_list("due_at", flat=True))


@pytest.mark.parametrize("published", [from_the_page_for_a_new_event, from_the_overview])
def test_wherever_it_is_published_it_can_be_taken_back_before_followers_hear(published: Any, desk: Client) -> None:
    event = published(desk)
    for page in ("desk_event", "desk_event_edit", "desk_slots", "desk_shifts"):
        shown = words(desk.get(reverse(page, args=[event.public_id])))
        assert "Event published Email to 1 person in 10 minutes" in shown, page
    plan_due_reminders(at=cast.NOW)
    assert announced(event) == [LATER]
    assert "Undone. It’s a draft again, and no one was emailed" in decide(desk, event, "undo")
    assert state(event) == "draft"
    plan_due_reminders(at=LATER)
    assert announced(event) == []
    assert not Undo.objects.exists()


def test_where_someone_has_a_part_it_stays_and_says_why(desk: Client) -> None:
    event = from_the_overview(desk)
    cast.registered("emi", Event.objects.get(pk=event.pk))
    plan_due_reminders(at=cast.NOW)
    assert "stays published: someone already has a part there. Cancel it instead" in decide(desk, event, "undo")
    assert state(event) == "published"
    assert announced(event) == [LATER]
    assert "Event published" not in overview(desk, event)


def test_who_does_not_want_to_wait_lets_the_mail_leave_now(desk: Client) -> None:
    event = from_the_overview(desk)
    plan_due_reminders(at=cast.NOW)
    decide(desk, event, "send")
    assert announced(event) == [cast.NOW]
    assert not Undo.objects.exists()


def test_near_the_start_the_mail_leaves_at_once_and_no_page_promises_more(desk: Client) -> None:
    summary = {**TYPED, "intent": "preview"}
    assert SAID in desk.post("/desk/c/ml/events/new/", {**summary, "day": "2026-12-20"}).content.decode()
    assert (
        SAID
        not in desk.post("/desk/c/ml/events/new/", {**summary, "day": "2026-11-20", "starts": "20:00"}).content.decode()
    )
    near = cast.NOW + timedelta(hours=20)
    event = cast.event(
        publish=False, slots=[cast.first_come_plan(9)], starts_at=near, ends_at=near + timedelta(hours=2)
    )
    assert SAID not in overview(desk, event)
    desk.post(reverse("desk_event_publication", args=[event.public_id]))
    plan_due_reminders(at=cast.NOW)
    assert announced(event) == [cast.NOW]
    assert not Undo.objects.exists()


def test_one_that_begins_meanwhile_stays_and_says_so(desk: Client) -> None:
    event = from_the_overview(desk)
    Event.objects.filter(pk=event.pk).update(starts_at=cast.NOW - timedelta(minutes=1))
    assert "stays published: it has begun" in decide(desk, event, "undo")
    assert state(event) == "published"


def test_what_is_edited_meanwhile_is_saved_and_taken_back_with_it(desk: Client) -> None:
    event = from_the_overview(desk)
    form = desk.get(reverse("desk_event_edit", args=[event.public_id])).context["form"]
    typed = {name: value for name, value in form.initial.items() if value is not None}
    typed = {**typed, "title": "新しい題", "reminders_on": "on", "intent": "send"}
    page = desk.post(reverse("desk_event_edit", args=[event.public_id]), typed, follow=True).content.decode()
    assert Event.objects.get(pk=event.pk).title == "新しい題"
    assert "Saved." in page or "Changes published" in page
    url = reverse("desk_undo", args=[event.public_id, event.undoable.get(kind="publication").pk])
    desk.post(url, {"intent": "undo"})
    assert state(event) == "draft"
    assert not Undo.objects.exists()


def test_once_canceled_there_is_only_the_cancellation_to_take_back(desk: Client) -> None:
    event = from_the_overview(desk)
    desk.post(reverse("desk_event_cancellation", args=[event.public_id]))
    assert "Event canceled" in overview(desk, event)
    assert [undo.kind for undo in Undo.objects.all()] == ["cancellation"]
    plan_due_reminders(at=cast.NOW)
    assert announced(event) == []
