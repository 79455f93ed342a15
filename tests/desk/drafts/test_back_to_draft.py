"""What no one was ever in can be taken away: a slot is deleted, a published event is a draft again (RULES 223)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from meetups.communities.actions.follow import follow
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle import new_event
from meetups.lifecycle.actions.drafts import delete_slot
from meetups.lifecycle.models import Message
from meetups.lifecycle.tasks import index_events
from meetups.notifications.models import Notification
from meetups.registrations.actions.registration.register import register
from meetups.registrations.models import Slot
from meetups.registrations.refusals import RegistrationClosed
from meetups.reminders.tasks import plan_due_reminders
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)

SOON = cast.NOW + timedelta(minutes=1)


@pytest.fixture
def desk() -> Any:
    cast.community()
    with time_machine.travel(SOON, tick=False):
        yield cast.signed_in("aiko")


def with_two() -> tuple[Event, Slot]:
    event = cast.event(slots=[cast.first_come_plan(), cast.first_come_plan(name="学生枠")])
    return event, event.slots.get(name="学生枠")


def delete(desk: Client, slot: Slot) -> str:
    url = reverse("desk_slot_deletion", args=[slot.event.public_id, slot.public_id])
    return str(desk.post(url, follow=True).content, "utf-8")


def test_a_slot_that_no_one_was_in_is_deleted_and_the_history_says_so(desk: Client) -> None:
    event, students = with_two()
    page = desk.get(reverse("desk_slot", args=[event.public_id, students.public_id])).content.decode()
    assert reverse("desk_slot_deletion", args=[event.public_id, students.public_id]) in page
    assert "is deleted" in delete(desk, students)
    assert [slot.name for slot in event.slots.all()] == ["先着枠"]
    assert HistoryEntry.objects.filter(thread=event.thread, verb="delete_slot").exists()
    # Who had its page open is told that it takes no one any more.
    with pytest.raises(RegistrationClosed):
        register(slot=students, attendee=cast.person("dan"), at=SOON)


def test_a_slot_stays_that_someone_was_in_or_that_is_needed(desk: Client) -> None:
    event, students = with_two()
    dan = cast.registered("dan", event, slot=students)
    assert "People are or were in this slot" in delete(desk, students)
    dan.delete()
    audience = {"states": ["confirmed"], "slots": [students.public_id], "speakers": False, "volunteers": False}
    message = Message.objects.create(
        event=event, texts={}, audience=audience, state="scheduled", written_at=SOON, send_at=SOON + timedelta(days=1)
    )
    assert "A scheduled message is for this slot" in delete(desk, students)
    message.delete()
    delete(desk, students)
    assert "only slot" in delete(desk, event.slots.get())
    assert event.slots.count() == 1
    duty = cast.slot_of(cast.event(title="撤収の会"), Slot.Admission.DUTY)
    assert "Shifts give the seats" in delete(desk, duty)


def test_a_published_event_is_a_draft_again_and_gone_from_every_list_at_once(desk: Client) -> None:
    event = cast.event(title="早まった会")
    visitor = Client(headers={"accept-language": "en"})
    index_events(at=SOON)
    places = [
        reverse("home"), reverse("community", args=[event.community.slug]), reverse("site_calendar"), reverse("site_feed"),
        reverse("community_calendar", args=[event.community.slug]), f"{reverse('search')}?q=早まった",
        reverse("sitemap_section", args=["events"]),
    ]  # fmt: skip

    def shown() -> list[str]:
        return [one for one in places if event.public_id in visitor.get(one).content.decode()]

    assert shown() == places
    url = reverse("desk_event_draft", args=[event.public_id])
    assert url in desk.get(reverse("desk_event_edit", args=[event.public_id])).content.decode()
    desk.post(url)
    event.refresh_from_db()
    assert event.state == Event.State.DRAFT
    assert shown() == []
    assert visitor.get(reverse("event", args=[event.public_id])).status_code == 404
    assert HistoryEntry.objects.filter(thread=event.thread, verb="back_to_draft").exists()
    desk.post(reverse("desk_event_publication", args=[event.public_id]))
    assert shown() == places


def test_followers_who_were_not_mailed_yet_are_not_and_the_page_counts_the_others(desk: Client) -> None:
    community = cast.community()
    for name in ("dan", "emi"):
        follow(person=cast.person(name), community=community, at=cast.NOW - timedelta(days=1))
    event = cast.event()
    plan_due_reminders(at=SOON)
    Notification.objects.filter(kind="event_announced", recipient=cast.person("dan")).update(
        state=Notification.State.SENT, settled_at=SOON
    )
    url = reverse("desk_event_draft", args=[event.public_id])
    assert "1 follower has had the email" in desk.get(url).content.decode()
    desk.post(url)
    assert [one.recipient.name for one in Notification.objects.all() if one.recipient] == [cast.person("dan").name]
    desk.post(reverse("desk_event_publication", args=[event.public_id]))
    plan_due_reminders(at=SOON)
    told = Notification.objects.filter(kind="event_announced", state=Notification.State.WAITING)
    assert [one.recipient.name for one in told if one.recipient] == [cast.person("emi").name]


def test_an_event_stays_public_that_someone_has_or_had_a_part_in(desk: Client) -> None:
    event = cast.event()
    dan = cast.registered("dan", event)
    dan.state, dan.entry_id, dan.cancelled_at = "cancelled", None, SOON
    dan.save()
    url = reverse("desk_event_draft", args=[event.public_id])
    assert url not in desk.get(reverse("desk_event_edit", args=[event.public_id])).content.decode()
    assert "Cancel it instead" in desk.post(url, follow=True).content.decode()
    event.refresh_from_db()
    assert event.is_published


def test_control_without_the_question_who_is_there_the_event_would_go(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new_event, "someone_is_there", lambda _event: False)
    event = cast.event()
    cast.registered("dan", event)
    desk.post(reverse("desk_event_draft", args=[event.public_id]))
    event.refresh_from_db()
    assert event.state == Event.State.DRAFT


def test_control_without_the_questions_a_slot_with_a_shift_would_be_asked_for(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delete_slot, "_refuse_what_is_needed", lambda _seats, _slot: None)
    event = cast.event(slots=[cast.first_come_plan()])
    assert "is deleted" in delete(desk, event.slots.get())
