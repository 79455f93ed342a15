"""The outbox: nothing is lost, each message has one copy, and a crash adds at most one more, which is recognisable."""

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test import Client
from django.utils import translation

from meetups.accounts.models import User
from meetups.demo.mail_scenes.scene import START, Scene
from meetups.demo.stack import CHECKOUT
from meetups.history.models import HistoryEntry
from meetups.notifications import outbox
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.email_registry import KINDS, Kind
from meetups.notifications.lateness import lateness
from meetups.notifications.models import Notification
from meetups.registrations.models import Registration
from meetups.volunteers.models import Signup
from tests.notifications.outbox.mails import AT, State, crowd, state_of
from tests.support.letters import text_of
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Scene:
    return Scene("en")


def test_a_mail_arrives_with_everything_on_it(scene: Scene, mail_sink: MailSink) -> None:
    row = scene.tell("seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=AT)
    done = deliver(at=AT)
    assert (done.mails, done.sent, done.void, done.failed, done.postponed) == (1, 1, 0, 0, 0)
    [mail] = mail_sink.to("dan@example.org")
    assert mail["Subject"] == f"You’re confirmed: {scene.event.title}"
    assert mail["Message-ID"] == row.stable_message_id()
    assert mail["References"] == mail["In-Reply-To"] == row.thread_message_id()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == AT
    kinds = [part.get_content_type() for part in mail.walk()]
    assert {"text/plain", "text/html", "text/calendar"} <= set(kinds)
    row.refresh_from_db()
    assert (row.state, row.message_id, row.claim) == (State.SENT, row.stable_message_id(), None)
    assert deliver(at=AT).mails == 0


def test_the_language_is_the_one_she_has_now(scene: Scene, mail_sink: MailSink) -> None:
    scene.tell("seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=AT)
    User.objects.filter(pk=scene.dan.pk).update(language="ja")
    with translation.override("en"):
        deliver(at=AT)
    [mail] = mail_sink.messages
    assert mail["Content-Language"] == "ja"
    assert "2026年12月5日(土) 14:00〜16:30 JST" in text_of(mail)


def test_what_is_no_longer_true_is_not_sent(scene: Scene, mail_sink: MailSink) -> None:
    """The person who cancelled never gets the promotion mail."""
    registration = scene.registration(scene.dan)
    row = scene.tell("promoted", scene.dan, registration.subject, at=AT)
    Registration.objects.filter(pk=registration.pk).update(state="cancelled", cancelled_at=AT)
    assert deliver(at=AT).void == 1
    assert state_of(row) == State.VOID
    assert not mail_sink.messages


def test_what_came_too_late_is_void(scene: Scene, mail_sink: MailSink) -> None:
    row = scene.tell(
        "seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=AT, not_after=AT + timedelta(hours=1)
    )
    assert deliver(at=AT + timedelta(hours=1)).void == 1
    assert state_of(row) == State.VOID


def test_a_key_is_sent_once(scene: Scene, mail_sink: MailSink) -> None:
    subject = scene.registration(scene.dan).subject
    for _time in range(3):
        scene.tell("seat_confirmed", scene.dan, subject, at=AT)
        deliver(at=AT)
    assert len(mail_sink.messages) == 1


def test_three_parts_are_one_mail(scene: Scene, mail_sink: MailSink) -> None:
    """A speaker who also does teardown gets one mail in the morning. The part with the lowest rank names it."""
    scene.signup(scene.emi, scene.shift)
    scene.talk(scene.emi)
    subject, day = f"event:{scene.event.pk}", START - timedelta(hours=5)
    rows = [
        scene.tell("reminder_day", scene.emi, subject, at=day),
        scene.tell("shift_day", scene.emi, subject, at=day, due_at=day),
        scene.tell("connection_check", scene.emi, subject, at=day, due_at=day + timedelta(minutes=59)),
    ]
    other = scene.tell("reminder_day", scene.dan, subject, at=day)
    scene.registration(scene.dan)
    done = deliver(at=day)
    assert (done.mails, done.sent) == (2, 4)
    [mail] = mail_sink.to("emi@example.org")
    assert mail["Subject"] == f"Join now for the connection check: {scene.event.title}"
    assert mail["Message-ID"] == rows[0].stable_message_id()
    text = text_of(mail)
    assert "You’re helping at" in text
    assert "You have a seat at" in text
    assert text.count("Roppongi Hall") == 1
    assert {state_of(row) for row in (*rows, other)} == {State.SENT}


def test_another_event_or_a_later_hour_is_another_mail(scene: Scene, mail_sink: MailSink) -> None:
    subject = scene.registration(scene.dan).subject
    scene.tell("seat_confirmed", scene.dan, subject, at=AT)
    later = scene.tell("promoted", scene.dan, subject, at=AT, due_at=AT + timedelta(minutes=61))
    elsewhere = scene.tell("seat_waitlisted", scene.dan, subject, at=AT)
    Notification.objects.filter(pk=elsewhere.pk).update(thread="event:other", kind="seat_confirmed")
    assert deliver(at=AT).mails == 2
    assert state_of(later) == State.WAITING


def test_urgent_messages_are_not_joined(scene: Scene, mail_sink: MailSink) -> None:
    subject = scene.registration(scene.dan).subject
    scene.tell("seat_confirmed", scene.dan, subject, at=AT)
    scene.tell("drawn_in", scene.dan, subject, at=AT)
    scene.tell("drawn_in", scene.dan, subject, cause=2, at=AT, due_at=AT + timedelta(minutes=30))
    assert deliver(at=AT).mails == 2
    assert mail_sink.messages[0]["Subject"].startswith("You got a seat")


@pytest.mark.story
def test_two_senders_at_once_send_once(scene: Scene, mail_sink: MailSink) -> None:
    rows = crowd(scene, 150)
    failures: list[BaseException] = []
    ready = threading.Barrier(3)

    def send() -> None:
        try:
            ready.wait()
            deliver(at=AT)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    senders = [threading.Thread(target=send) for _number in range(3)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert not failures
    ids = Counter(mail["Message-ID"] for mail in mail_sink.messages)
    assert set(ids) == {row.stable_message_id() for row in rows}
    assert set(ids.values()) == {1}
    assert not Notification.objects.exclude(state=State.SENT).exists()


def test_what_a_killed_sender_held_is_sent_again_as_the_same_message(scene: Scene, mail_sink: MailSink) -> None:
    row = scene.tell("seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=AT)
    dead = outbox.claim(AT)
    assert dead
    assert deliver(at=AT).mails == 0, "its lease still runs"
    Notification.objects.filter(pk=row.pk).update(lease_until=Now() - timedelta(seconds=1))
    assert deliver(at=AT).mails == 1
    [mail] = mail_sink.messages
    assert mail["Message-ID"] == row.stable_message_id()
    assert outbox.settle(dead.token, [row], State.FAILED, at=AT) == 0, (
        "the dead sender's claim settles nothing any more"
    )
    assert not outbox.renew(dead, [row])
    assert state_of(row) == State.SENT


def test_a_poisoned_message_does_not_hold_up_the_others(
    scene: Scene, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = scene.registration(scene.dan).subject
    poisoned = scene.tell("promoted", scene.dan, subject, at=AT)
    beside = scene.tell("seat_confirmed", scene.dan, subject, at=AT)
    elsewhere = scene.tell("seat_confirmed", scene.finn, scene.registration(scene.finn).subject, at=AT)

    def burst(*_details: object) -> None:
        raise ValueError("dan@example.org broke it")

    monkeypatch.setattr(KINDS["promoted"], "compose", burst)
    now = AT
    for attempt in range(1, 5):
        done = deliver(at=now)
        poisoned.refresh_from_db()
        assert (poisoned.state, poisoned.attempts, done.postponed) == (State.WAITING, attempt, 1)
        assert poisoned.retry_at is not None
        assert poisoned.retry_at == now + timedelta(minutes=2 ** (attempt - 1))
        assert deliver(at=poisoned.retry_at - timedelta(seconds=1)).postponed == 0, "not before its time"
        now = poisoned.retry_at
    assert deliver(at=now).failed == 1
    poisoned.refresh_from_db()
    assert poisoned.state == State.FAILED
    assert "@" not in poisoned.error
    assert state_of(beside) == state_of(elsewhere) == State.SENT
    assert len(mail_sink.messages) == 2


def test_poison_among_many_that_are_asked_for_together_stands_alone(
    scene: Scene, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = type(KINDS["reminder_day"]).abouts

    def burst(kind: Kind[Any], rows: Sequence[Notification]) -> Any:
        if len(rows) > 1:
            raise ValueError("all of them")
        return alone(kind, rows)

    day = START - timedelta(hours=5)
    for person in (scene.dan, scene.finn):
        scene.registration(person)
        scene.tell("reminder_day", person, f"event:{scene.event.pk}", at=day)
    monkeypatch.setattr(type(KINDS["reminder_day"]), "abouts", burst)
    assert deliver(at=day).mails == 2


def test_an_unknown_kind_is_poison_too(scene: Scene, mail_sink: MailSink) -> None:
    row = scene.tell("promoted", scene.dan, scene.registration(scene.dan).subject, at=AT)
    Notification.objects.filter(pk=row.pk).update(kind="of_a_newer_version")
    assert deliver(at=AT).postponed == 1


@pytest.mark.story
def test_a_sender_loads_nothing_that_only_other_programs_need() -> None:
    """The library for passkeys takes 10 MB in each sender."""
    program = """
import os, sys
from django.core.management import execute_from_command_line
os.environ |= {"MAIL_ON_HOLD": "true", "DATABASE_URL": sys.argv[1]}
execute_from_command_line(["manage.py", "deliver"])
from meetups.core.links import link
link("registration", "x")
print(*sorted({"fido2"} & sys.modules.keys()))
"""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    command = [sys.executable, "-c", program, database]
    run = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert run.stdout == "Mail is on hold (MAIL_ON_HOLD): only codes leave\n\n"


def test_how_late_the_oldest_message_is(scene: Scene, client: Client, settings: Any) -> None:
    row = scene.tell("seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=AT)
    with time_machine.travel(AT + timedelta(minutes=4, seconds=59), tick=False):
        assert client.get("/healthz/mail").status_code == 200
    with time_machine.travel(AT + timedelta(minutes=5), tick=False):
        answer = client.get("/healthz/mail")
        assert answer.status_code == 503
        assert b"oldest due and unsent: 300 s" in answer.content
    now = AT + timedelta(hours=1)
    Notification.objects.filter(pk=row.pk).update(
        error="452 4.2.2 mailbox full", attempts=1, first_tried_at=AT, retry_at=now
    )
    late = lateness(now - timedelta(seconds=1))
    assert (late.due, late.put_off, late.is_alarming) == (0, 1, False)
    late = lateness(now + timedelta(minutes=5))
    assert (late.due, late.put_off, late.is_alarming) == (1, 0, True), "no one made the next attempt"


def test_a_change_that_is_rolled_back_tells_nobody(scene: Scene, mail_sink: MailSink) -> None:
    subject = scene.registration(scene.dan).subject
    with transaction.atomic():
        scene.tell("seat_confirmed", scene.dan, subject, at=AT)
        transaction.set_rollback(True)
    assert deliver(at=AT).mails == 0


def test_stepping_down_says_what_the_seat_became_then(scene: Scene, mail_sink: MailSink) -> None:
    signup = scene.signup(scene.emi, scene.shift)
    registration = Registration.objects.get(attendee=scene.emi)
    Registration.objects.filter(pk=registration.pk).update(state="waitlisted", place=3, slot=scene.general)
    Signup.objects.filter(pk=signup.pk).update(state="stepped_down")
    entry: HistoryEntry = scene.entry(registration.subject, "waitlisted", at=AT)
    scene.tell("stepped_down", scene.emi, registration.subject, cause=entry.pk, at=AT)
    assert deliver(at=AT).mails == 1
    text = text_of(mail_sink.messages[0])
    assert "You’re now at the end of the waitlist." in text
    assert "#1 on the waitlist" in text


def test_the_cause_comes_back_from_the_key(scene: Scene) -> None:
    row: Notification = scene.tell("left", scene.dan, "registration:1", cause=77, at=AT)
    assert row.cause == "77"
    assert row.subject_id == 1
    assert isinstance(row.created_at, datetime)
