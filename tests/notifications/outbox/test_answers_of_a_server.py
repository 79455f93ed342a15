"""What a mail server says: refusals for good, for now, and of one address only."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import Client

from meetups.accounts.models import User
from meetups.communities.actions.invite_member import invite_member
from meetups.communities.permissions import Role
from meetups.demo.mail_scenes.scene import Scene
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.actions.try_address_again import try_address_again
from meetups.notifications.models import Suppression
from tests.notifications.outbox.mails import AT, MoodySink, State, crowd, mailers, moody_servers, state_of
from tests.support.letters import a_code
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Scene:
    return Scene("en")


@pytest.fixture
def moody(settings: Any) -> Iterator[Callable[[Callable[[str], str]], MoodySink]]:
    yield from moody_servers(settings)


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


def test_of_an_address_that_no_one_proved_a_hash_is_kept(scene: Scene, moody: Any) -> None:
    moody(lambda _address: "550 5.1.1 unknown")
    a_code(AT, "zqstranger@example.net")
    assert deliver(at=AT).bounced == 1
    assert "zqstranger" not in str(Suppression.objects.values().get())
    invite_member(
        community=scene.event.community, email="zqstranger@example.net", role=Role.RECEPTION, at=AT, by=scene.aiko
    )
    assert deliver(at=AT).bounced == 1


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
            async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
                self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
            ) -> str:
                envelope.mail_from = address
                return answers.get("MAIL", "250 OK")

            async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
                self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
            ) -> str:
                envelope.rcpt_tos.append(address)
                # Once, and only on a connection that has already carried a mail.
                return answers.pop("RCPT", "250 OK") if self.messages else "250 OK"

            async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
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


def minutes_of_codes(answer: Callable[[str, int], str], moody: Any) -> tuple[list[int], MoodySink]:
    """Two people ask for a code, and senders look each minute. What `/healthz/mail` answers after each of eight minutes."""
    now = 0
    sink: MoodySink = moody(lambda address: answer(address, now))
    for address in ("dan@greylisting.example", "finn@example.org"):
        a_code(AT, address=address)
    statuses = []
    for now in range(9):
        at = AT + timedelta(minutes=now)
        deliver(at=at)
        with time_machine.travel(at, tick=False):
            statuses.append(Client().get("/healthz/mail").status_code)
    return statuses, sink


def test_a_relay_that_puts_off_every_code_is_seen(moody: Any) -> None:
    statuses, sink = minutes_of_codes(lambda _address, _minute: "454 4.7.0 relay is not configured", moody)
    assert not sink.messages
    assert statuses == [200] * 8 + [503]
    with time_machine.travel(AT + timedelta(minutes=9), tick=False):
        figures = Client().get("/metrics").content.decode()
    assert 'meetups_mail_oldest_put_off_seconds{kind="account_letter"} 540.0' in figures
    assert "meetups_mails_put_off 2.0" in figures


def test_one_domain_that_puts_off_strangers_for_five_minutes_is_no_fault_of_ours(moody: Any) -> None:
    statuses, sink = minutes_of_codes(
        lambda address, minute: "451 4.7.1 greylisted" if "greylisting" in address and minute < 5 else "250 OK", moody
    )
    assert len(sink.messages) == 2
    assert statuses == [200] * 9


@pytest.mark.story
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
