"""A run of a sender: what goes first, how long it takes at most, and which time it records."""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetups.accounts.models import User
from meetups.core.texts import email_layout
from meetups.core.texts.email_layout import Content
from meetups.demo.mail_scenes import every_mail
from meetups.demo.mail_scenes.every_kind import every_kind
from meetups.demo.mail_scenes.scene import PUBLISHED, START, Scene
from meetups.notifications import compose, outbox, tasks
from meetups.notifications.actions import deliver as delivery
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.notifications.outbox import Haste
from meetups.settings import mailer
from tests.support.letters import a_code
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db(transaction=True)
AT = PUBLISHED + timedelta(days=1)
State = Notification.State
CODE = "123456 is your sign-in code"


@pytest.fixture
def scene() -> Scene:
    return Scene("en")


class SlowSink(MailSink):
    """A server that takes its time for each mail."""

    seconds = 0.0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        await asyncio.sleep(self.seconds)
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def slow(settings: Any) -> Iterator[SlowSink]:
    sink = SlowSink()
    controller = sink.controller()
    controller.start()
    settings.MAILERS = {"default": mailer(sink.url)}
    yield sink
    controller.stop()


def crowd(scene: Scene, size: int, *, at: datetime = AT) -> list[Notification]:
    """Many people, each with a seat and its message."""
    return [
        scene.tell("seat_confirmed", person, scene.registration(person).subject, at=at)
        for person in (User.objects.create_user(f"p{n}@example.org", f"P{n}") for n in range(size))
    ]


def subjects(sink: MailSink) -> list[str]:
    return [str(mail["Subject"]).partition(":")[0] for mail in sink.messages]


class TestWhatGoesFirst:
    def test_a_code_then_what_is_urgent_then_the_others(self, scene: Scene, mail_sink: MailSink) -> None:
        """However long the others have been due."""
        crowd(scene, 3, at=AT - timedelta(hours=3))
        scene.tell("drawn_in", scene.dan, scene.registration(scene.dan).subject, at=AT - timedelta(hours=1))
        a_code(AT, "finn@example.org")
        assert deliver(at=AT).mails == 5
        assert subjects(mail_sink)[:2] == [CODE, "You got a seat"]

    def test_a_code_that_is_asked_for_during_a_run_does_not_wait_for_its_end(
        self, scene: Scene, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        crowd(scene, 6)
        compose_one = compose.compose

        def and_ask(*given: Any) -> Any:
            if len(mail_sink.messages) == 2:
                a_code(AT)
            return compose_one(*given)

        monkeypatch.setattr(delivery, "LOOK_SECONDS", 0)
        monkeypatch.setattr(delivery, "compose", and_ask)
        assert deliver(at=AT).mails == 7
        assert subjects(mail_sink).index(CODE) == 3

    def test_a_code_overtakes_the_results_of_a_draw(
        self, scene: Scene, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for row in crowd(scene, 4):
            Notification.objects.filter(pk=row.pk).update(kind="drawn_in", urgent=True)
        compose_one = compose.compose

        def and_ask(*given: Any) -> Any:
            if len(mail_sink.messages) == 1:
                a_code(AT)
            return compose_one(*given)

        monkeypatch.setattr(delivery, "LOOK_SECONDS", 0)
        monkeypatch.setattr(delivery, "compose", and_ask)
        assert deliver(at=AT).mails == 5
        assert subjects(mail_sink).index(CODE) == 2

    def test_what_a_killed_sender_had_taken_goes_back_soon(self, scene: Scene) -> None:
        crowd(scene, 2)
        a_code(AT)
        for haste, seconds in ((Haste.AWAITED, 25), (Haste.USUAL, 60)):
            batch = outbox.claim(AT)
            assert batch
            assert batch.haste == haste
            row = batch.groups[0][0]
            later = Now() + timedelta(seconds=seconds)
            soon = Notification.objects.filter(pk=row.pk, lease_until__range=(later - timedelta(seconds=5), later))
            assert soon.exists(), haste
            assert batch.lasts(seconds - 5)
            assert not batch.lasts(seconds)

    def test_a_code_is_not_sent_by_two(
        self, scene: Scene, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A sender whose lease has run out finds that another has taken over, and leaves the rest to it."""
        rows = [a_code(AT, f"p{number}@example.org") for number in range(3)]
        compose_one = compose.compose

        def and_lose(*given: Any) -> Any:
            Notification.objects.filter(pk=rows[2].pk).update(claim="00000000-0000-0000-0000-000000000000")
            return compose_one(*given)

        monkeypatch.setattr(delivery, "EXCHANGE_SECONDS", 1000.0)
        monkeypatch.setattr(delivery, "compose", and_lose)
        assert deliver(at=AT).mails == 1


class TestAShortRun:
    @pytest.mark.story
    def test_it_ends_after_its_time_and_leaves_the_rest_free(
        self, scene: Scene, slow: SlowSink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        slow.seconds = 0.2
        crowd(scene, 8)
        monkeypatch.setattr(delivery, "SHORT_SECONDS", 0.5)
        began = time.monotonic()
        done = deliver(at=AT, is_short=True)
        assert 1 <= done.mails < 8
        assert done.more
        assert time.monotonic() - began < 5
        assert Notification.objects.waiting().filter(claim=None).count() == 8 - done.mails
        # Who is not short goes on until nothing is due.
        slow.seconds = 0
        assert deliver(at=AT).mails == 8 - done.mails

    def test_it_ends_after_a_batch(self, scene: Scene, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(outbox.MOST, Haste.USUAL, 3)
        crowd(scene, 5)
        assert (deliver(at=AT, is_short=True).mails, deliver(at=AT, is_short=True).mails) == (3, 2)
        assert not deliver(at=AT, is_short=True).more

    def test_a_worker_rings_for_the_next_one_and_a_command_goes_on(
        self, scene: Scene, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rings: list[int] = []
        monkeypatch.setattr(tasks, "ring", lambda: rings.append(1))
        monkeypatch.setitem(outbox.MOST, Haste.USUAL, 3)
        crowd(scene, 7)
        assert "3 mails" in tasks.deliver_due.apply(kwargs={"at": AT}).get()
        assert rings == [1]
        assert "4 mails" in tasks.deliver_due(at=AT)
        assert rings == [1]
        tasks.deliver_due.apply(kwargs={"at": AT})
        assert rings == [1], "nothing is due, so no one is called"


class TestTheClockIsReadForEachMail:
    def test_a_code_that_ends_meanwhile_does_not_leave(self, slow: SlowSink) -> None:
        slow.seconds = 0.6
        now = timezone.now()
        a_code(now, "dan@example.org")
        late = a_code(now, "finn@example.org", lasts=timedelta(seconds=0.5))
        done = deliver()
        assert (done.mails, done.void) == (1, 1)
        late.refresh_from_db()
        assert late.state == State.VOID

    @pytest.mark.story
    def test_what_is_recorded_is_the_answer_of_the_server(self, slow: SlowSink) -> None:
        """So the public proof counts a mail as sent before the draw only if the server had taken it by then."""
        slow.seconds = 1.2
        began = timezone.now()
        rows = [a_code(began, f"p{number}@example.org") for number in range(2)]
        deliver()
        sent = Notification.objects.filter(pk__in=[row.pk for row in rows], state=State.SENT)
        first, second = sorted(row.settled_at for row in sent if row.settled_at)
        assert first >= began + timedelta(seconds=1.2)
        assert second >= first + timedelta(seconds=1.2)
        dates = [mail["Date"].datetime for mail in slow.messages]
        assert dates[1] > dates[0]

    def test_at_a_given_time_it_stands_still(self, scene: Scene, slow: SlowSink) -> None:
        slow.seconds = 0.1
        rows = crowd(scene, 2)
        deliver(at=AT)
        assert {Notification.objects.get(pk=row.pk).settled_at for row in rows} == {AT}


class TestGivingUp:
    @pytest.fixture
    def later(self, slow: SlowSink, monkeypatch: pytest.MonkeyPatch) -> None:
        async def refuse(*_given: object) -> str:
            return "451 4.7.1 greylisted"

        monkeypatch.setattr(SlowSink, "handle_DATA", refuse)

    @pytest.mark.usefixtures("later")
    def test_a_message_that_was_due_long_ago_is_tried_as_any_other(self, scene: Scene) -> None:
        """Released after a restore, or sent again."""
        [row] = crowd(scene, 1, at=AT - timedelta(days=5))
        deliver(at=AT)
        row.refresh_from_db()
        assert (row.state, row.attempts, row.first_tried_at) == (State.WAITING, 1, AT)

    @pytest.mark.usefixtures("later")
    def test_an_outage_of_our_own_is_not_counted(self, scene: Scene) -> None:
        """The first attempt, then nothing for four days, then the second."""
        [row] = crowd(scene, 1)
        deliver(at=AT)
        deliver(at=AT + timedelta(days=4))
        row.refresh_from_db()
        assert (row.state, row.attempts) == (State.WAITING, 2)

    @pytest.mark.usefixtures("later")
    def test_it_is_given_up_after_enough_of_both(self, scene: Scene) -> None:
        [row] = crowd(scene, 1)
        for day in range(8):
            deliver(at=AT + timedelta(days=day))
        row.refresh_from_db()
        assert (row.state, row.first_tried_at) == (State.FAILED, AT)


def test_one_part_that_cannot_be_written_does_not_keep_the_others_of_its_mail(
    scene: Scene, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.signup(scene.emi, scene.shift)
    scene.talk(scene.emi)
    subject, day = f"event:{scene.event.pk}", START - timedelta(hours=5)
    kinds = ("reminder_day", "shift_day", "connection_check")
    rows = {kind: scene.tell(kind, scene.emi, subject, at=day) for kind in kinds}
    write = email_layout.letter

    def letter(parts: list[Content], **given: Any) -> Any:
        if any("connection" in part.title for part in parts):
            raise ValueError("a title that no header can hold")
        return write(parts, **given)

    monkeypatch.setattr(compose, "letter", letter)
    done = deliver(at=day)
    assert (done.mails, done.postponed) == (2, 1)
    for row in rows.values():
        row.refresh_from_db()
    assert [rows[kind].state for kind in kinds] == [State.SENT, State.SENT, State.WAITING]


@pytest.mark.story
def test_what_goes_to_many_costs_one_query_a_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that says that it left: what the mails are about is read together."""
    monkeypatch.setattr("meetups.notifications.batch.FRESH_SECONDS", 1000.0)
    monkeypatch.setattr(delivery, "LOOK_SECONDS", 1000.0)
    kinds = {
        *("seat_confirmed", "drawn_in", "event_cancelled", "event_announced", "manifest_frozen", "organizer_message"),
        *("seat_invitation", "shift_called_off", "slides_published", "talk_accepted", "talk_rejected"),
    }
    rows = [row for row in every_kind("en", every_mail.AT) if row.kind in kinds]
    Notification.objects.update(state=State.VOID, letter=None)
    # The first sender of all makes the row of the outbox.
    deliver(at=every_mail.AT)

    def queries(row: Notification, size: int) -> int:
        """How many it takes to send this message `size` times, as mails of their own."""
        many = [Notification.objects.get(pk=row.pk) for _number in range(size)]
        for number, one in enumerate(many):
            one.pk, one.state, one.urgent, one.due_at = None, State.WAITING, True, every_mail.AT
            one.key = f"{row.key.rpartition(':')[0]}-{size}-{number}:{row.cause}"
        Notification.objects.bulk_create(many)
        with CaptureQueriesContext(connection) as seen:
            assert deliver(at=every_mail.AT).mails == size, row.kind
        return len(seen)

    costs = {row.kind: (queries(row, 6) - queries(row, 2)) / 4 for row in rows}
    assert costs == dict.fromkeys(kinds, 1.0)


class Dripping:
    """A mail server that sends its answer to `command` one octet after the other, and never ends it."""

    def __init__(self, command: str) -> None:
        self.command = command
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.over = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _address = self.socket.accept()
                threading.Thread(target=self._talk, args=[connection], daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        answers = {"": b"220 here", "EHLO": b"250 here", "MAIL": b"250 fine", "RCPT": b"250 fine", "DATA": b"354 go on"}
        with suppress(OSError), connection, connection.makefile("rb") as lines:
            command = ""
            while True:
                if command == self.command:
                    self._drip(connection)
                connection.sendall(answers.get(command, b"250 fine") + b"\r\n")
                if command == "DATA":
                    while lines.readline() not in {b".\r\n", b""}:
                        pass
                    command = "."
                    continue
                line = lines.readline()
                if not line:
                    return
                command = line[:4].decode().upper()

    def _drip(self, connection: socket.socket) -> None:
        connection.sendall(b"250-")
        while not self.over.wait(0.1):
            connection.sendall(b"x")


@pytest.mark.in_short(1)
@pytest.mark.parametrize("command", ["", "EHLO", "MAIL", "RCPT", "DATA", "."])
def test_a_server_that_drips_holds_a_sender_no_longer_than_the_deadline(
    command: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Dripping(command)
    settings.MAILERS = {"default": mailer(f"smtp://127.0.0.1:{server.port}")}
    monkeypatch.setattr("meetups.notifications.smtp.EXCHANGE_SECONDS", 1.0)
    monkeypatch.setattr("meetups.notifications.smtp.GOODBYE_SECONDS", 0.2)
    row = a_code(AT)
    began = time.monotonic()
    done = deliver(at=AT)
    took = time.monotonic() - began
    server.over.set()
    server.socket.close()
    row.refresh_from_db()
    assert 0.9 < took < 3
    assert row.state == State.WAITING
    assert (done.server_away, done.postponed) == ((False, 1) if command else (True, 0))


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The certificate of a server called localhost, which this process trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    # OpenSSL has the machine's clock.
    since, until = datetime(2026, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), since, until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    plain = serialization.NoEncryption()
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file.write_bytes(made.public_bytes(encoding) + key.private_bytes(encoding, form, plain))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return context


def over_tls(sink: MailSink, context: ssl.SSLContext) -> Controller:
    return Controller(sink, hostname="127.0.0.1", port=sink.port, ssl_context=context, enable_SMTPUTF8=True)


def with_starttls(sink: MailSink, context: ssl.SSLContext) -> Controller:
    return Controller(
        sink, hostname="127.0.0.1", port=sink.port, tls_context=context, require_starttls=True, enable_SMTPUTF8=True
    )


@pytest.mark.in_short(1)
@pytest.mark.parametrize(("scheme", "listen"), [("smtps", over_tls), ("smtp+tls", with_starttls)])
def test_mail_leaves_encrypted_with_the_same_deadline(
    scheme: str,
    listen: Callable[[MailSink, ssl.SSLContext], Controller],
    certificate: ssl.SSLContext,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sink = SlowSink()
    controller = listen(sink, certificate)
    # aiosmtpd asks its own server whether it is ready, with a client that trusts it as this process does.
    controller.start()
    settings.MAILERS = {"default": mailer(f"{scheme}://localhost:{sink.port}")}
    try:
        a_code(AT)
        assert deliver(at=AT).mails == 1
        sink.seconds = 3
        monkeypatch.setattr("meetups.notifications.smtp.EXCHANGE_SECONDS", 1.0)
        a_code(AT, "finn@example.org")
        began = time.monotonic()
        assert deliver(at=AT).postponed == 1
        assert time.monotonic() - began < 2.9
    finally:
        controller.stop()
    assert sink.to("dan@example.org")
