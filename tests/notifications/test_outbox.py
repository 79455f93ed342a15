"""The outbox: nothing is lost, each message has one copy, and a crash adds at most one more, which is recognisable."""

import asyncio
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.test import Client
from django.utils import translation

from meetups.accounts.models import User
from meetups.demo.mail_scenes.scene import PUBLISHED, START, Scene
from meetups.demo.processes import free_port
from meetups.demo.stack import CHECKOUT
from meetups.history.models import HistoryEntry
from meetups.notifications import outbox
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.actions.release_mail import ReleasedMail, release_mail
from meetups.notifications.actions.try_address_again import try_address_again
from meetups.notifications.email_registry import KINDS, Kind
from meetups.notifications.lateness import lateness
from meetups.notifications.models import Notification, Outbox, Suppression
from meetups.registrations.models import Registration
from meetups.volunteers.models import Signup
from tests.support.letters import a_code
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db(transaction=True)
AT = PUBLISHED + timedelta(days=1)
State = Notification.State


@pytest.fixture
def scene() -> Scene:
    return Scene("en")


class MoodySink(MailSink):
    """A server whose answers the test chooses."""

    def __init__(self, answer: Callable[[str], str]) -> None:
        super().__init__()
        self.answer = answer

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answer(address)


@pytest.fixture
def moody(settings: Any) -> Iterator[Callable[[Callable[[str], str]], MoodySink]]:
    """Starts a server with these answers, and sends mails to it."""
    running: list[Controller] = []

    def start(answer: Callable[[str], str]) -> MoodySink:
        sink = MoodySink(answer)
        controller = sink.controller()
        controller.start()
        running.append(controller)
        settings.MAILERS = mailers(sink.port)
        return sink

    yield start
    for controller in running:
        controller.stop()


def mailers(port: int) -> dict[str, Any]:
    options = {"host": "127.0.0.1", "port": port, "timeout": 2}
    return {"default": {"BACKEND": "meetups.notifications.smtp_deadline.EmailBackend", "OPTIONS": options}}


def state_of(row: Notification) -> str:
    return Notification.objects.get(pk=row.pk).state


def crowd(scene: Scene, size: int) -> list[Notification]:
    """Many people, each with a seat and its message."""
    return [
        scene.tell("seat_confirmed", person, scene.registration(person).subject, at=AT)
        for person in (User.objects.create_user(f"p{n}@example.org", f"P{n}") for n in range(size))
    ]


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
    assert "2026年12月5日(土) 14:00〜16:30 JST" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


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
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
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


def test_5xx_is_final_and_the_others_go(scene: Scene, moody: Any, caplog: pytest.LogCaptureFixture) -> None:
    sink = moody(lambda address: "550 5.1.1 dan@example.org is unknown here" if address.startswith("dan") else "250 OK")
    refused = scene.tell("seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=AT)
    fine = scene.tell("seat_confirmed", scene.finn, scene.registration(scene.finn).subject, at=AT)
    done = deliver(at=AT)
    assert (done.bounced, done.mails) == (1, 1)
    refused.refresh_from_db()
    assert refused.state == State.BOUNCED
    assert refused.error.startswith("550")
    assert "@" not in refused.error
    assert "example.org" not in caplog.text
    assert state_of(fine) == State.SENT
    assert deliver(at=AT + timedelta(days=1)).mails == 0
    assert len(sink.messages) == 1


def test_no_more_mail_to_an_address_that_bounced_until_its_owner_says_so(scene: Scene, moody: Any) -> None:
    asked: list[str] = []

    def answer(address: str) -> str:
        asked.append(address)
        return "550 5.1.1 unknown" if address.startswith("dan") and len(asked) == 1 else "250 OK"

    sink = moody(answer)
    subject = scene.registration(scene.dan).subject
    scene.tell("seat_confirmed", scene.dan, subject, at=AT)
    assert deliver(at=AT).bounced == 1
    User.objects.filter(pk=scene.dan.pk).update(email="Dan@example.org")
    later = scene.tell("promoted", scene.dan, subject, at=AT)
    assert deliver(at=AT).bounced == 1
    assert state_of(later) == State.BOUNCED
    assert asked == ["dan@example.org"], "the second one was not tried"
    assert try_address_again(person=User.objects.get(pk=scene.dan.pk))
    scene.tell("drawn_in", scene.dan, subject, at=AT)
    assert deliver(at=AT).mails == 1
    assert len(sink.messages) == 1
    assert not try_address_again(person=scene.dan), "nothing was stopped any more"


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("550 5.1.1 no such user", State.BOUNCED),
        ("550 5.2.1 mailbox disabled", State.BOUNCED),
        ("550 no such user", State.BOUNCED),
        ("550 5.7.1 we do not like you", State.FAILED),
        ("554 we do not like you", State.FAILED),
    ],
)
def test_only_what_speaks_of_the_address_stops_mail_to_it(scene: Scene, moody: Any, said: str, state: str) -> None:
    moody(lambda _address: said)
    row = scene.tell("seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=AT)
    deliver(at=AT)
    assert state_of(row) == state
    assert Suppression.objects.exists() == (state == State.BOUNCED)


class TestAnswersAtOtherMoments:
    """A server may refuse the sender or the content, and may close a connection that it finds too old."""

    @pytest.fixture
    def said(self, settings: Any) -> Iterator[dict[str, str]]:
        """The server's answer for each command; it accepts every other command."""
        answers: dict[str, str] = {}

        class Deciding(MailSink):
            async def handle_MAIL(  # noqa: N802
                self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
            ) -> str:
                envelope.mail_from = address
                return answers.get("MAIL", "250 OK")

            async def handle_RCPT(  # noqa: N802
                self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
            ) -> str:
                envelope.rcpt_tos.append(address)
                # Once, and only on a connection that has already carried a mail.
                return answers.pop("RCPT", "250 OK") if self.messages else "250 OK"

            async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
                return answers.get("DATA") or await super().handle_DATA(server, session, envelope)

        sink = Deciding()
        settings.MAILERS = mailers(sink.port)
        controller = sink.controller()
        controller.start()
        yield answers
        controller.stop()

    @pytest.mark.parametrize(
        ("command", "answer", "state"),
        [
            ("DATA", "554 5.7.1 looks like spam", State.FAILED),
            ("DATA", "552 5.3.4 too large", State.FAILED),
            # About the mail as well as about the address.
            ("DATA", "550 refused", State.FAILED),
            ("DATA", "451 4.7.1 come back later", State.WAITING),
            # This says something about us, so an operator can fix it.
            ("MAIL", "550 5.7.1 you may not send from there", State.WAITING),
            ("MAIL", "451 4.3.0 busy", State.WAITING),
        ],
    )
    def test_none_of_them_stops_mail_to_the_address(
        self, scene: Scene, said: dict[str, str], command: str, answer: str, state: str
    ) -> None:
        said[command] = answer
        row = scene.tell("seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=AT)
        deliver(at=AT)
        row.refresh_from_db()
        assert (row.state, row.error) == (state, answer)
        assert row.attempts == (state == State.WAITING)
        assert not Suppression.objects.exists()
        said.clear()
        assert deliver(at=AT + timedelta(minutes=1)).mails == (state == State.WAITING)

    def test_a_server_that_refuses_the_address_after_the_mail_stops_mail_to_it(
        self, scene: Scene, said: dict[str, str]
    ) -> None:
        said["DATA"] = "550 5.1.1 no such user"
        row = scene.tell("seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=AT)
        assert deliver(at=AT).bounced == 1
        assert state_of(row) == State.BOUNCED
        assert Suppression.objects.filter(address="dan@example.org").exists()

    def test_a_mail_for_which_a_connection_is_too_old_goes_over_a_new_one_at_once(
        self, scene: Scene, said: dict[str, str]
    ) -> None:
        said["RCPT"] = "421 4.7.0 too many mails over this connection"
        rows = crowd(scene, 3)
        assert (deliver(at=AT).mails, said) == (3, {})
        assert {(state_of(row), row.attempts) for row in rows} == {(State.SENT, 0)}


def test_4xx_is_tried_again_and_the_others_go(scene: Scene, moody: Any) -> None:
    full = True
    sink = moody(lambda address: "452 4.2.2 mailbox full" if full and address.startswith("dan") else "250 OK")
    row = scene.tell("seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=AT)
    scene.tell("seat_confirmed", scene.finn, scene.registration(scene.finn).subject, at=AT)
    done = deliver(at=AT)
    assert (done.postponed, done.mails, done.server_away) == (1, 1, False)
    assert deliver(at=AT + timedelta(seconds=59)).postponed == 0
    full = False
    assert deliver(at=AT + timedelta(minutes=1)).mails == 1
    assert state_of(row) == State.SENT
    assert len(sink.messages) == 2


def test_it_is_given_up_after_three_days(scene: Scene, moody: Any) -> None:
    moody(lambda _address: "451 later")
    row = scene.tell("seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=AT)
    now, attempts = AT, 0
    while state_of(row) == State.WAITING and attempts < 100:
        deliver(at=now)
        row.refresh_from_db()
        now, attempts = row.retry_at or now, attempts + 1
    assert row.state == State.FAILED
    assert timedelta(days=3) < now - AT < timedelta(days=3, hours=2)


def test_a_server_that_is_away_for_an_hour_costs_no_mail_an_attempt(scene: Scene, settings: Any) -> None:
    """The clock looks every minute. When the server is back, everything leaves in one run."""
    sink = MailSink()
    settings.MAILERS = mailers(sink.port)
    crowd(scene, 5)
    for seconds in range(0, 3600, 60):
        done = deliver(at=AT + timedelta(seconds=seconds))
        assert (done.server_away, done.mails, done.postponed) == (True, 0, 0)
    assert Notification.objects.filter(state=State.WAITING, attempts=0, retry_at=None).count() == 5
    controller = sink.controller()
    controller.start()
    try:
        assert deliver(at=AT + timedelta(hours=1)).mails == 5
    finally:
        controller.stop()
    assert len(sink.messages) == 5


def test_a_server_that_hangs_on_one_mail_holds_up_that_one_only(
    scene: Scene, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = asyncio.Event()

    class Hanging(MailSink):
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
            if envelope.rcpt_tos == ["dan@example.org"] and not self.messages:
                await goes_on.wait()
            return await super().handle_DATA(server, session, envelope)

    sink = Hanging()
    monkeypatch.setattr("meetups.notifications.smtp.EXCHANGE_SECONDS", 0.5)
    settings.MAILERS = mailers(sink.port)
    controller = sink.controller()
    controller.start()
    try:
        slow = scene.tell("seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=AT)
        scene.tell("seat_confirmed", scene.finn, scene.registration(scene.finn).subject, at=AT)
        done = deliver(at=AT)
        assert (done.mails, done.postponed, done.server_away) == (1, 1, False)
        assert deliver(at=AT + timedelta(minutes=1)).mails == 1
    finally:
        controller.loop.call_soon_threadsafe(goes_on.set)
        controller.stop()
    assert state_of(slow) == State.SENT
    copies = {mail["Message-ID"] for mail in sink.to("dan@example.org")}
    assert copies == {slow.stable_message_id()}


def test_a_slow_server_does_not_let_the_claim_run_out(
    scene: Scene, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease is renewed during the run, and a message that was checked too long ago is checked again."""
    rows = crowd(scene, 5)
    monkeypatch.setattr("meetups.notifications.actions.deliver.EXCHANGE_SECONDS", 1000.0)
    monkeypatch.setattr("meetups.notifications.batch.FRESH_SECONDS", 0)
    assert deliver(at=AT).mails == 5
    assert {state_of(row) for row in rows} == {State.SENT}


def test_a_server_that_drops_after_data_gets_the_same_message_again(scene: Scene, settings: Any) -> None:
    class Dropping(MailSink):
        drop = True

        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
            answer = await super().handle_DATA(server, session, envelope)
            if self.drop:
                self.drop = False
                assert server.transport is not None
                server.transport.close()
            return answer

    sink = Dropping(port=free_port())
    settings.MAILERS = mailers(sink.port)
    controller = sink.controller()
    controller.start()
    try:
        scene.tell("seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=AT)
        scene.tell("seat_confirmed", scene.finn, scene.registration(scene.finn).subject, at=AT)
        assert deliver(at=AT).mails == 1
        assert deliver(at=AT + timedelta(minutes=1)).mails == 1
    finally:
        controller.stop()
    copies = sink.to("dan@example.org")
    assert len(copies) == 2
    assert copies[0]["Message-ID"] == copies[1]["Message-ID"]
    assert len(sink.to("finn@example.org")) == 1


def test_a_long_queue_drains_in_one_run_over_one_connection(scene: Scene, mail_sink: MailSink) -> None:
    crowd(scene, 230)
    assert deliver(at=AT).mails == 230
    assert not Notification.objects.exclude(state=State.SENT).exists()


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


def test_mail_on_hold(scene: Scene, mail_sink: MailSink, settings: Any) -> None:
    settings.MAIL_ON_HOLD = True
    scene.tell("seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=AT)
    assert deliver(at=AT).on_hold
    assert not mail_sink.messages


def test_a_code_leaves_while_mail_is_on_hold(scene: Scene, mail_sink: MailSink, settings: Any) -> None:
    settings.MAIL_ON_HOLD = True
    scene.tell("seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=AT)
    a_code(AT)
    assert deliver(at=AT).mails == 1
    assert [mail["Subject"] for mail in mail_sink.messages] == ["123456 is your sign-in code"]


class TestALetterThatIsWrittenAlready:
    """Its words are in the outbox only until it has left, or never will."""

    @pytest.mark.parametrize(
        ("state", "answer", "after"),
        [
            (State.SENT, "250 OK", timedelta()),
            (State.BOUNCED, "550 5.1.1 no such user", timedelta()),
            (State.FAILED, "550 5.7.1 not from you", timedelta()),
            (State.VOID, "250 OK", timedelta(minutes=15)),
        ],
    )
    def test_its_words_go_with_it(self, moody: Any, state: str, answer: str, after: timedelta) -> None:
        moody(lambda address: answer)
        row = a_code(AT)
        assert row.letter
        deliver(at=AT + after)
        row.refresh_from_db()
        assert (row.state, row.letter) == (state, None)

    def test_it_waits_with_its_words_where_the_server_says_later(self, moody: Any) -> None:
        moody(lambda address: "451 4.7.1 greylisted")
        row = a_code(AT)
        deliver(at=AT)
        row.refresh_from_db()
        assert row.state == State.WAITING
        assert row.letter

    def test_the_database_keeps_no_words_of_a_mail_that_has_left(self, mail_sink: MailSink) -> None:
        row = a_code(AT)
        with pytest.raises(IntegrityError, match="a_letter_is_kept_until_it_leaves"):
            Notification.objects.filter(pk=row.pk).update(state=State.SENT)

    def test_no_conversation_and_no_address_in_its_key(self, mail_sink: MailSink) -> None:
        row = a_code(AT)
        deliver(at=AT)
        [mail] = mail_sink.to("dan@example.org")
        assert mail["References"] is None
        assert mail["Message-ID"] == row.stable_message_id()
        assert "@" not in row.key

    def test_it_even_goes_where_a_mail_bounced(self, mail_sink: MailSink) -> None:
        """The person may have mended the mailbox, and cannot sign in to say so."""
        Suppression.objects.create(address="dan@example.org", since=AT, reason="550 5.1.1 no such user")
        a_code(AT)
        assert deliver(at=AT).mails == 1


class TestARestoredBackup:
    """Messages that were due before the restore wait until an operator releases them."""

    def restore(self, scene: Scene) -> tuple[Notification, Notification]:
        """Returns a message that was due and one that falls due later. In between, the outbox is moved to another database."""
        scene.registration(scene.dan)
        assert deliver(at=AT).held == 0
        subject = scene.registration(scene.finn).subject
        old = scene.tell("seat_confirmed", scene.finn, subject, at=AT)
        Outbox.objects.update(place="where it was")
        assert deliver(at=AT + timedelta(hours=5)).held == 1
        return old, scene.tell("promoted", scene.finn, subject, at=AT + timedelta(hours=6))

    def test_it_holds_what_was_due_and_sends_what_is_new(self, scene: Scene, mail_sink: MailSink) -> None:
        old, new = self.restore(scene)
        done = deliver(at=AT + timedelta(hours=6))
        assert (done.mails, done.sent, done.held) == (1, 1, 1)
        assert (state_of(old), state_of(new)) == (State.WAITING, State.SENT)
        shown = StringIO()
        call_command("release_mail", stdout=shown)
        assert "1 seat_confirmed" in shown.getvalue()
        assert deliver(at=AT + timedelta(days=2)).mails == 0

    def test_a_reminder_that_is_planned_anew_is_held_too(self, scene: Scene, mail_sink: MailSink) -> None:
        self.restore(scene)
        again = scene.tell("reminder_day", scene.dan, f"event:{scene.event.pk}", at=AT + timedelta(hours=6), due_at=AT)
        deliver(at=AT + timedelta(hours=6))
        assert state_of(again) == State.WAITING

    def test_all_of_it_is_released(self, scene: Scene, mail_sink: MailSink) -> None:
        old, _new = self.restore(scene)
        call_command("release_mail", "--all", stdout=StringIO())
        assert deliver(at=AT + timedelta(hours=6)).sent == 2
        assert state_of(old) == State.SENT

    def test_what_had_left_is_dropped(self, scene: Scene, mail_sink: MailSink) -> None:
        old, _new = self.restore(scene)
        said = StringIO()
        call_command("release_mail", "--sent-until", (AT + timedelta(minutes=1)).isoformat(), stdout=said)
        assert said.getvalue() == "0 messages may leave now, 1 were dropped.\n"
        assert state_of(old) == State.VOID
        assert release_mail(sent_until=None, at=AT) == ReleasedMail(0, 0), "nothing is held any more"

    def test_a_code_that_was_asked_for_before_a_sender_noticed_leaves(self, scene: Scene, mail_sink: MailSink) -> None:
        self.restore(scene)
        a_code(AT + timedelta(hours=4, minutes=55))
        old = a_code(AT)
        assert deliver(at=AT + timedelta(hours=5)).mails == 1
        assert state_of(old) == State.WAITING

    def test_a_time_without_its_offset_is_refused(self) -> None:
        with pytest.raises(CommandError, match="offset"):
            call_command("release_mail", "--sent-until", "2026-12-04T18:00")


def test_how_late_the_oldest_message_is(scene: Scene, client: Client, settings: Any) -> None:
    row = scene.tell("seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=AT)
    with time_machine.travel(AT + timedelta(minutes=4, seconds=59), tick=False):
        assert client.get("/healthz/mail").status_code == 200
    with time_machine.travel(AT + timedelta(minutes=5), tick=False):
        answer = client.get("/healthz/mail")
        assert answer.status_code == 503
        assert b"oldest due and unsent: 300 s" in answer.content
    Notification.objects.filter(pk=row.pk).update(error="452 4.2.2 mailbox full", attempts=1)
    late = lateness(AT + timedelta(hours=1))
    assert (late.due, late.put_off, late.is_alarming) == (0, 1, False)


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
    text = mail_sink.messages[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "You’re now at the end of the waitlist." in text
    assert "#1 on the waitlist" in text


def test_the_cause_comes_back_from_the_key(scene: Scene) -> None:
    row: Notification = scene.tell("left", scene.dan, "registration:1", cause=77, at=AT)
    assert row.cause == "77"
    assert row.subject_id == 1
    assert isinstance(row.created_at, datetime)
