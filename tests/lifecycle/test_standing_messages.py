"""A standing message goes once to each person who joins its groups, until a stop time (RULES 237, 238)."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from meetups.celery import RECURRING
from meetups.events.models import Event, Undo
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.actions.copy_event import copy_event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.actions.messages.tell_newcomers import tell_newcomers
from meetups.lifecycle.actions.undo.take_back_cancellation import take_back_cancellation
from meetups.lifecycle.actions.undo.take_back_change import take_back_change
from meetups.lifecycle.audience import Audience, reach_of, with_a_part
from meetups.lifecycle.messages.standing import newcomers
from meetups.lifecycle.models import Message
from meetups.lifecycle.tasks import send_due_messages, tell_all_newcomers
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.models import Registration
from tests.support import cast
from tests.support.letters import text_of
from tests.support.scenes.message_scene import standing_message
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
TYPED = {
    "groups": ["confirmed"],
    "subject_ja": "入り方",
    "body_ja": "夜間通用口からどうぞ。",
    "when": "now",
    "stands": "on",
    "stands_until": "2026-12-01T19:00",
}


@pytest.fixture
def event() -> Event:
    """Dan has the only seat, Gin and Hana wait."""
    event = cast.event(slots=[cast.first_come_plan(1)])
    for name in ("dan", "gin", "hana"):
        cast.registered(name, event)
    return event


def told() -> list[str]:
    rows = Notification.objects.filter(kind="organizer_message").select_related("recipient").order_by("pk")
    return [row.recipient.email.partition("@")[0] for row in rows if row.recipient]


def leaves(name: str, event: Event, at: datetime = cast.NOW) -> None:
    leave_event(event=event, person=cast.person(name), at=at, by=cast.person(name))


def post(event: Event, path: str = "new/", *, intent: str = "send", at: datetime = cast.NOW, **more: Any) -> Any:
    with time_machine.travel(at, tick=False):
        fields = {name: value for name, value in {**TYPED, "intent": intent, **more}.items() if value is not None}
        return cast.signed_in("aiko").post(f"/desk/events/{event.public_id}/messages/{path}", fields)


def page(event: Event, path: str, at: datetime = cast.NOW) -> Any:
    with time_machine.travel(at, tick=False):
        return cast.signed_in("aiko").get(f"/desk/events/{event.public_id}/messages/{path}")


def test_who_moves_up_an_hour_later_gets_it_too_and_each_gets_it_once(event: Event, mail_sink: MailSink) -> None:
    assert post(event).status_code == 302
    message = Message.objects.get()
    assert (message.state, told()) == ("scheduled", []), "for ten minutes it can be taken back"
    send_due_messages(message.send_at)
    message.refresh_from_db()
    assert (message.state, message.recipients, told()) == ("standing", 1, ["dan"])
    later = message.send_at + HOUR
    leaves("dan", event, later)
    assert tell_all_newcomers(later) == "Standing messages sent to 1 newcomers"
    assert tell_all_newcomers(later) == "No one has joined a group"
    deliver(at=later)
    assert told() == ["dan", "gin"]
    assert [one["Subject"] for one in mail_sink.to("gin@example.org") if "入り方" in one["Subject"]]
    cast.registered("dan", event, at=later)
    leaves("gin", event, later)
    tell_all_newcomers(later)
    leaves("hana", event, later)
    tell_all_newcomers(later)
    assert told() == ["dan", "gin", "hana"], "Dan is back in the group, and has had it"
    message.refresh_from_db()
    assert message.recipients == 3


def test_the_clock_looks_often_enough() -> None:
    """What joins is told within 90 seconds: a look, and a sender."""
    seconds = dict(RECURRING)
    assert seconds["lifecycle.tell_newcomers"] + seconds["notifications.deliver"] <= 60


def test_once_for_ever_is_kept_by_the_database(event: Event) -> None:
    message = standing_message(event)
    row = Notification.objects.get(kind="organizer_message")
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    assert message.recipients == 1


def test_two_clocks_tell_each_person_once(event: Event) -> None:
    message = standing_message(event)
    for one in cast.people(20):
        cast.registered(one, event)
    Registration.objects.update(state="confirmed", confirmed_at=cast.NOW, place=None)
    found: list[int] = []
    start = threading.Barrier(3)

    def look() -> None:
        start.wait()
        found.append(tell_newcomers(message=Message.objects.select_related("event").get(pk=message.pk), at=cast.NOW))
        connection.close()

    threads = [threading.Thread(target=look) for _clock in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [0, 0, 22]
    message.refresh_from_db()
    assert len(told()) == len(set(told())) == message.recipients == 23


def test_a_clock_that_dies_between_two_people_has_told_no_one_and_the_next_tells_all(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing_message(event)
    leaves("dan", event)

    def dies(*_given: Any, **_named: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(Message, "save", dies)
        with pytest.raises(SystemExit):
            tell_all_newcomers(cast.NOW)
    assert told() == ["dan"]
    tell_all_newcomers(cast.NOW)
    assert told() == ["dan", "gin"]
    assert Message.objects.get().recipients == 2


def test_who_leaves_before_the_mail_does_gets_none_until_they_are_back(event: Event, mail_sink: MailSink) -> None:
    standing_message(event)
    leaves("dan", event)
    tell_all_newcomers(cast.NOW)
    leaves("gin", event)
    deliver(at=cast.NOW)
    assert not [one for one in mail_sink.to("gin@example.org") if "入り方" in one["Subject"]]
    cast.registered("gin", event)
    tell_all_newcomers(cast.NOW)
    assert Notification.objects.get(kind="organizer_message", recipient=cast.person("gin")).state == "void", (
        "on the waitlist it isn't for her"
    )
    leaves("hana", event)
    tell_all_newcomers(cast.NOW)
    deliver(at=cast.NOW)
    tell_all_newcomers(cast.NOW)
    assert len([one for one in mail_sink.to("gin@example.org") if "入り方" in one["Subject"]]) == 1
    assert Message.objects.get().recipients == 3


def test_after_its_stop_time_no_one_gets_it_and_it_ends(event: Event, mail_sink: MailSink) -> None:
    message = standing_message(event, until=cast.NOW + 2 * HOUR)
    leaves("dan", event, cast.NOW + HOUR)
    tell_all_newcomers(cast.NOW + HOUR)
    deliver(at=cast.NOW + 2 * HOUR)
    assert not [one for one in mail_sink.to("gin@example.org") if "入り方" in one["Subject"]], "a mail that is late"
    leaves("gin", event, cast.NOW + 2 * HOUR)
    tell_all_newcomers(cast.NOW + 2 * HOUR)
    message.refresh_from_db()
    assert (message.state, told()) == ("sent", ["dan", "gin"])
    verbs = HistoryEntry.objects.filter(subject=message.subject).order_by("pk").values_list("verb", "to_state")
    assert list(verbs)[1:] == [("send_message", "standing"), ("end_message", "sent")]


def test_of_a_canceled_event_no_one_gets_it_until_that_is_taken_back(event: Event) -> None:
    standing_message(event)
    cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
    cast_state(event, "gin")
    tell_all_newcomers(cast.NOW)
    assert told() == ["dan"]
    take_back_cancellation(undo=Undo.objects.get(), at=cast.NOW, by=cast.person("aiko"))
    tell_all_newcomers(cast.NOW)
    assert told() == ["dan", "gin"]


def cast_state(event: Event, name: str) -> None:
    """`name` has a seat, however it came."""
    Registration.objects.filter(event=event, attendee=cast.person(name)).update(
        state="confirmed", confirmed_at=cast.NOW, place=None
    )


def test_a_draft_tells_no_one(event: Event) -> None:
    standing_message(event)
    leaves("dan", event)
    Event.objects.filter(pk=event.pk).update(state="draft")
    tell_all_newcomers(cast.NOW)
    assert told() == ["dan"]


def test_stopped_it_goes_to_no_one_else(event: Event) -> None:
    message = standing_message(event)
    assert post(event, f"{message.pk}/stop/").status_code == 302
    post(event, f"{message.pk}/stop/")
    leaves("dan", event)
    tell_all_newcomers(cast.NOW)
    assert told() == ["dan"]
    assert HistoryEntry.objects.filter(verb="stop_message").count() == 1
    assert "Stopped" in page(event, f"{message.pk}/").content.decode()


def test_those_to_come_get_the_new_words_and_the_page_says_who_got_the_old_ones(
    event: Event, mail_sink: MailSink
) -> None:
    message = standing_message(event)
    deliver(at=cast.NOW)
    changed: Any = {"body_ja": "正面からどうぞ。", "intent": None, "groups": None, "when": None, "stands": None}
    assert post(event, f"{message.pk}/words/", at=cast.NOW + HOUR, **changed).status_code == 302
    leaves("dan", event)
    tell_all_newcomers(cast.NOW + HOUR)
    deliver(at=cast.NOW + HOUR)
    [old] = [one for one in mail_sink.to("dan@example.org") if "入り方" in one["Subject"]]
    [new] = [one for one in mail_sink.to("gin@example.org") if "入り方" in one["Subject"]]
    assert "夜間通用口" in text_of(old)
    assert "正面から" in text_of(new)
    shown = page(event, f"{message.pk}/", at=cast.NOW + HOUR)
    [earlier] = shown.context["earlier"]
    assert earlier["people"] == "1 person"
    assert "got other words" in shown.content.decode()
    assert "夜間通用口" in shown.content.decode()


def test_words_that_no_one_has_read_are_not_kept(event: Event) -> None:
    message = standing_message(event)
    changed: Any = {"body_ja": "正面からどうぞ。", "intent": None, "groups": None, "when": None, "stands": None}
    post(event, f"{message.pk}/words/", **changed)
    message.refresh_from_db()
    assert message.earlier == []


def test_what_has_stopped_cannot_be_changed(event: Event) -> None:
    message = standing_message(event)
    post(event, f"{message.pk}/stop/")
    assert post(event, f"{message.pk}/words/", body_ja="別の文").status_code == 409
    assert page(event, f"{message.pk}/words/").status_code == 302
    assert post(event, f"{message.pk}/withdrawal/").status_code == 302
    assert Message.objects.get().state == "sent"


def test_taken_back_within_ten_minutes_it_is_a_draft_that_keeps_its_stop_time(event: Event) -> None:
    post(event)
    undo = event.undoable.get()
    with time_machine.travel(cast.NOW, tick=False):
        cast.signed_in("aiko").post(f"/desk/events/{event.public_id}/undo/{undo.pk}/", {"intent": "undo"})
    message = Message.objects.get()
    form = page(event, f"new/?copy={message.pk}").context["form"]
    assert message.state == "draft"
    assert (form["stands"].value(), str(form["stands_until"].value())) == (True, "2026-12-01 19:00:00")
    tell_all_newcomers(cast.NOW + HOUR)
    assert told() == []


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"stands_until": None}, 422, "Choose a date and time"),
        ({"stands_until": "2026-11-01T19:00"}, 422, "would stop before"),
        ({"stands_until": "2029-11-01T19:00"}, 409, "at most a year"),
    ],
)
@pytest.mark.parametrize("intent", ["preview", "send"])
def test_a_stop_time_that_makes_no_sense_is_refused(
    event: Event, intent: str, fields: dict[str, Any], status: int, words: str
) -> None:
    answer = post(event, intent=intent, **fields)
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert not Message.objects.exists()


def test_before_a_draw_no_one_is_in_the_group_and_it_waits_for_them() -> None:
    event = cast.event()
    cast.registered("dan", event)
    assert post(event).status_code == 302
    send_due_messages(cast.NOW + HOUR)
    assert (Message.objects.get().state, told()) == ("standing", [])
    cast.draw(event)
    tell_all_newcomers(cast.DRAWS_AT)
    assert told() == ["dan"]


def test_the_preview_says_that_newcomers_get_it(event: Event) -> None:
    assert "who joins these groups, until" in post(event, intent="preview").content.decode()
    assert "who joins these groups, until" not in post(event, intent="preview", stands=None).content.decode()


def test_the_list_shows_how_many_have_it_and_until_when(event: Event) -> None:
    standing_message(event)
    shown = page(event, "")
    [line] = shown.context["written"]
    assert (line.is_standing, line.number) == (True, "1 person so far")
    assert "newcomers until" in shown.content.decode()


def test_its_stop_time_moves_with_the_event_and_back(event: Event) -> None:
    message = standing_message(event)
    week, aiko = timedelta(days=7), cast.person("aiko")
    fields: dict[str, object] = {"starts_at": event.starts_at + week, "ends_at": event.ends_at + week}
    change_event(event=event, fields=fields, at=cast.NOW, by=aiko)
    message.refresh_from_db()
    assert (message.state, message.stands_until) == ("standing", event.starts_at + week)
    take_back_change(undo=Undo.objects.get(kind="change"), at=cast.NOW, by=aiko)
    message.refresh_from_db()
    assert message.stands_until == event.starts_at


def test_a_copy_has_it_scheduled_and_its_stop_time_moves(event: Event) -> None:
    """Also where it stood until its stop time, but not where an organizer stopped it."""
    until_the_start, stopped = standing_message(event), standing_message(event, until=event.starts_at - HOUR)
    post(event, f"{stopped.pk}/stop/")
    tell_all_newcomers(event.starts_at)
    until_the_start.refresh_from_db()
    assert until_the_start.state == "sent"
    after = event.ends_at + HOUR
    day = (event.starts_at + timedelta(days=28)).date()
    [copy] = copy_event(source=event, days=[day], request="r", at=after, by=cast.person("aiko"))
    [message] = copy.messages.all()
    assert (message.state, message.stands_until, message.earlier) == ("scheduled", copy.starts_at, [])
    assert message.send_at == until_the_start.send_at + timedelta(days=28)


def test_a_look_costs_the_same_for_three_and_for_many(event: Event) -> None:
    message = standing_message(event)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            newcomers(Message.objects.select_related("event").get(pk=message.pk), event, at=cast.NOW)
        return len(seen)

    few = queries()
    for one in cast.people(30):
        cast.registered(one, event)
    Registration.objects.update(state="confirmed", confirmed_at=cast.NOW, place=None)
    assert queries() == few <= 3


STATES = [
    Audience(states=("confirmed",)),
    Audience(states=("waitlisted",)),
    Audience(states=("applied",)),
    Audience(states=("applied", "confirmed", "waitlisted"), checked_in=False),
    Audience(speakers=True),
    Audience(volunteers=True),
]


def in_a_new_state(event: Event) -> None:
    """Everyone's registration, talk and shift is in a state that no one has thought of."""
    with connection.cursor() as cursor:
        for table in ("registrations_registration", "speakers_talk", "volunteers_signup"):
            cursor.execute(
                f"SELECT conname FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype = 'c'"
                " AND pg_get_constraintdef(oid) LIKE '%state%'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            cursor.execute(f"UPDATE {table} SET state = 'tentative'")


@pytest.mark.in_short(3)
@pytest.mark.parametrize("number", range(len(STATES) + 1))
def test_a_state_that_is_new_makes_no_group_larger(number: int) -> None:
    event = cast.event(slots=[cast.first_come_plan(2), cast.duty_plan(), cast.invited_plan()])
    seat = cast.registered("dan", event)
    cast.volunteering("finn", event)
    cast.talk("emi", event)
    audience = STATES[number] if number < len(STATES) else Audience(chosen=(seat.pk,))
    with transaction.atomic():
        in_a_new_state(event)
        everyone = {cast.person(name) for name in ("dan", "emi", "finn")}
        assert Registration.objects.active().filter(event=event).count() == 3, "the control: all but the canceled"
        assert reach_of(audience, event).people == set()
        assert with_a_part(event, everyone) == set()
        transaction.set_rollback(True)
