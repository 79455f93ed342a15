"""Mails that come back after they were taken. A report stops mail to the person that it is about, and to no one else."""

import io
import os
import subprocess
import sys
from datetime import timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from types import SimpleNamespace

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import example, given
from hypothesis import strategies as st

from meetups.accounts.models import User
from meetups.communities.actions.invite_member import invite_member
from meetups.communities.permissions import Role
from meetups.demo.mail_scenes.scene import PUBLISHED, Scene
from meetups.demo.processes import free_port
from meetups.demo.stack import CHECKOUT
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification, Suppression
from meetups.notifications.reports import LIMIT, NoReport, UnreadableReport, read_report
from tests.support.servers import MailSink

AT = PUBLISHED + timedelta(days=1)
LATER = AT + timedelta(hours=3)
State = Notification.State

# The format of Postfix.
REPORT = """\
Return-Path: <>
Date: Mon, 2 Nov 2026 15:00:00 +0900
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bounces@testserver
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4F2A1.1793610000/mx.example.org"
Message-Id: <20261102060000.4F2A1@mx.example.org>

This is a MIME-encapsulated message.

--4F2A1.1793610000/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--4F2A1.1793610000/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: 4F2A1
Arrival-Date: Mon,  2 Nov 2026 12:00:03 +0900 (JST)

Final-Recipient: rfc822; {final}
Original-Recipient: rfc822;{original}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; {said}

--4F2A1.1793610000/mx.example.org
Content-Description: Undelivered Message
Content-Type: {returned}

{headers}

--4F2A1.1793610000/mx.example.org--
"""


def report(
    mail: EmailMessage | str,
    *,
    address: str = "dan@example.org",
    original: str = "",
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "550 5.1.1 <dan@example.org>: Recipient address rejected: User unknown",
    returned: str = "message/rfc822",
) -> bytes:
    headers = f"Message-ID: {mail}" if isinstance(mail, str) else mail.as_string()
    filled = REPORT.format(
        final=address,
        original=original or address,
        action=action,
        status=status,
        said=said,
        returned=returned,
        headers=headers,
    )
    return filled.replace("\n", "\r\n").encode()


def received(octets: bytes) -> str:
    """What the command says about a mail on its standard input."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, time_machine.travel(LATER, tick=False):
        patch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(octets)))
        call_command("receive_bounce", stdout=said)
    return said.getvalue()


@pytest.mark.django_db(transaction=True)
class TestAMailThatLeft:
    @pytest.fixture
    def scene(self) -> Scene:
        return Scene("en")

    @pytest.fixture
    def row(self, scene: Scene, mail_sink: MailSink) -> Notification:
        told: Notification = scene.tell("seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=AT)
        assert deliver(at=AT).mails == 1
        return told

    @pytest.fixture
    def mail(self, row: Notification, mail_sink: MailSink) -> EmailMessage:
        return mail_sink.messages[0]

    def untouched(self, row: Notification) -> bool:
        row.refresh_from_db()
        return row.state == State.SENT and not Suppression.objects.exists()

    def test_no_more_mail_to_an_address_that_does_not_exist(
        self, scene: Scene, row: Notification, mail: EmailMessage, mail_sink: MailSink
    ) -> None:
        said = received(report(mail))
        assert f"Notification {row.pk} came back: 550 5.1.1 …" in said
        assert "no more is sent there" in said
        assert "@" not in said
        row.refresh_from_db()
        assert (row.state, row.settled_at) == (State.BOUNCED, LATER)
        assert row.error.startswith("550 5.1.1")
        assert "@" not in row.error
        scene.tell("promoted", scene.dan, row.subject, at=AT)
        assert deliver(at=LATER).bounced == 1
        assert len(mail_sink.messages) == 1
        aiko = Client(headers={"Accept-Language": "en"})
        aiko.force_login(scene.aiko)
        log = aiko.get(f"/desk/events/{scene.event.public_id}/messages/", {"state": "bounced"}).content.decode()
        assert "Bounced" in log
        assert "550 5.1.1" in log
        dan = Client(headers={"Accept-Language": "en"})
        dan.force_login(scene.dan)
        assert "Emails to you are bouncing" in dan.get("/me/mails/").content.decode()
        dan.post("/me/mails/address/")
        scene.tell("drawn_in", scene.dan, row.subject, at=LATER)
        assert deliver(at=LATER).mails == 1

    def test_all_messages_of_that_mail_came_back(self, scene: Scene, mail_sink: MailSink) -> None:
        subject = scene.registration(scene.dan).subject
        rows = [scene.tell(kind, scene.dan, subject, at=AT) for kind in ("seat_confirmed", "promoted")]
        assert deliver(at=AT).mails == 1
        received(report(mail_sink.messages[0]))
        assert {Notification.objects.get(pk=row.pk).state for row in rows} == {State.BOUNCED}

    def test_of_an_address_that_no_one_proved_a_hash_is_kept_and_it_gets_no_invitation(
        self, scene: Scene, mail_sink: MailSink
    ) -> None:
        typed = "zqstranger@example.net"
        with time_machine.travel(AT, tick=False):
            Client().post("/accounts/login/code/", {"email": typed})
            deliver(at=AT)
        assert "no more is sent there" in received(report(mail_sink.messages[0], address=typed))
        assert "zqstranger" not in str(Suppression.objects.values().get())
        invite_member(
            community=scene.event.community, email=typed.upper(), role=Role.RECEPTION, at=LATER, by=scene.aiko
        )
        assert deliver(at=LATER).bounced == 1
        assert len(mail_sink.messages) == 1

    def test_told_twice_is_known(self, row: Notification, mail: EmailMessage) -> None:
        received(report(mail))
        assert "was known" in received(report(mail))
        assert Suppression.objects.count() == 1

    @pytest.mark.parametrize(
        "fields",
        [
            {"returned": "text/rfc822-headers"},
            {"address": "DAN@Example.ORG"},
            {"address": "daniel@elsewhere.example", "original": "dan@example.org"},
            {"address": "<dan@example.org>", "action": "Failed"},
            {"status": "5.0.0", "said": "550 no such user"},
            {"status": "5.2.1", "said": ""},
        ],
    )
    def test_servers_write_it_in_several_ways(
        self, row: Notification, mail: EmailMessage, fields: dict[str, str]
    ) -> None:
        received(report(mail, **fields))
        row.refresh_from_db()
        assert row.state == State.BOUNCED
        assert Suppression.objects.get().address == "dan@example.org"

    def test_an_address_in_another_script(self, scene: Scene, mail_sink: MailSink) -> None:
        """RFC 6533: text outside ASCII is escaped. A domain can be spelled in two ways (RFC 5890)."""
        User.objects.filter(pk=scene.dan.pk).update(email="dan@例え.example")
        scene.tell("seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=AT)
        deliver(at=AT)
        [mail] = mail_sink.messages
        octets = report(mail, address=r"dan@\x{4F8B}\x{3048}.example").replace(b"rfc822;", b"utf-8;")
        assert "no more is sent there" in received(octets)
        Notification.objects.update(state=State.SENT)
        assert "no more is sent there" in received(report(mail, address="dan@xn--r8jz45g.example"))

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"action": "delayed", "status": "4.4.1", "said": "connection timed out"}, "did not fail"),
            ({"action": "delayed", "status": "5.1.1"}, "did not fail"),
            ({"action": "delivered", "status": "2.0.0"}, "did not fail"),
            ({"action": "failed", "status": "nonsense"}, "did not fail"),
            ({"address": "emi@example.org"}, "another address"),
        ],
    )
    def test_what_did_not_fail_and_what_is_about_somebody_else_changes_nothing(
        self, row: Notification, mail: EmailMessage, fields: dict[str, str], sentence: str
    ) -> None:
        assert sentence in received(report(mail, **fields))
        assert self.untouched(row)

    @pytest.mark.parametrize(
        ("status", "said"),
        [
            ("4.4.1", "connection timed out, given up after five days"),
            ("5.7.1", "550 5.7.1 we do not like you"),
            ("5.2.2", "552 5.2.2 mailbox full"),
            ("5.0.0", "554 we do not like you"),
        ],
    )
    def test_what_does_not_speak_of_the_address_fails_that_mail_alone(
        self, row: Notification, mail: EmailMessage, status: str, said: str
    ) -> None:
        assert "Others are still sent" in received(report(mail, status=status, said=said))
        row.refresh_from_db()
        assert (row.state, row.error) == (State.FAILED, said)
        assert not Suppression.objects.exists()

    def test_nobody_can_stop_mail_to_somebody_else(self, scene: Scene, row: Notification, mail: EmailMessage) -> None:
        """A recipient knows the Message-ID of their mail. It can stop only their own mail; no one can compute another's ID."""
        assert "another address" in received(report(mail, address="finn@example.org"))
        assert self.untouched(row)
        assert "No mail with that Message-ID" in received(report("<0123456789abcdef@testserver>"))
        assert self.untouched(row)
        mine = row.stable_message_id()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.conf.settings.SECRET_KEY", "of another installation" * 3)
            assert row.stable_message_id() != mine, "the key of a message is no secret, so it must not be enough"

    def test_it_comes_back_to_its_own_address_and_shows_the_community_at_the_usual_one(
        self, scene: Scene, mail_sink: MailSink, settings: SimpleNamespace
    ) -> None:
        settings.BOUNCE_ADDRESS = "bounces@testserver"
        scene.tell("seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=AT)
        deliver(at=AT)
        assert mail_sink.senders == ["bounces@testserver"]
        community = scene.event.community.name
        assert mail_sink.messages[0]["From"] == f"{community} <{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}>"

    @pytest.mark.parametrize(
        "octets",
        [
            b"From: dan@example.org\r\nSubject: I am on holiday\r\n\r\nUntil Monday.\r\n",
            report("<x@y>").replace(b"message/delivery-status", b"message/disposition-notification"),
        ],
    )
    def test_other_mail_is_let_pass(self, octets: bytes) -> None:
        assert received(octets).endswith("Nothing was changed.\n")


@pytest.mark.parametrize(
    ("octets", "sentence"),
    [
        (b"", "no header"),
        (b"\xff\xfe\x00\x80" * 1000, "no header"),
        (b"x" * (LIMIT + 1), "larger than"),
        (b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\nx", "where its parts end"),
        (report("<x@y>").replace(b"Message-ID: <x@y>", b"Subject: x"), "which mail"),
        (report("<x@y>").replace(b"-Recipient", b"-Nobody"), "no recipient"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(octets: bytes, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as refused:
        received(octets)
    assert refused.value.returncode == os.EX_DATAERR


def test_nesting_and_size_cost_no_time() -> None:
    """A parser of whole mails recurses for every level, and compares every line with every boundary."""
    nested = b"".join(
        b'Content-Type: multipart/report; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level) for level in range(15_000)
    )
    assert len(nested) < LIMIT
    with pytest.raises(NoReport):
        read_report(nested)
    long = report("<x@y>", said="a" * 900_000)
    assert len(read_report(long).outcomes[0].said) == 500


SAMPLE = report("<x@y>")


@given(
    cut=st.integers(0, len(SAMPLE)),
    end=st.integers(0, len(SAMPLE)),
    noise=st.binary(max_size=40),
    times=st.integers(1, 3),
)
@example(cut=0, end=len(SAMPLE), noise=b"\0", times=1)
def test_a_damaged_report_is_read_or_refused(cut: int, end: int, noise: bytes, times: int) -> None:
    damaged = SAMPLE[:cut] + noise * times + SAMPLE[end:]
    try:
        read = read_report(damaged)
    except (NoReport, UnreadableReport) as refused:
        assert str(refused).endswith(".")  # noqa: PT017 - both ways are fine
    else:
        assert "\0" not in read.message_id


@pytest.mark.story
def test_while_the_database_is_away_the_mail_server_keeps_it() -> None:
    """The command runs as a separate process, as the mail server starts it."""
    environment = os.environ | {"DATABASE_URL": f"postgres://meetups@127.0.0.1:{free_port()}/meetups"}
    run = subprocess.run(
        [sys.executable, "manage.py", "receive_bounce"],
        input=report("<x@y>"),
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert run.returncode == os.EX_TEMPFAIL
    assert run.stderr == b"CommandError: The database does not answer; nothing was changed.\n"
