"""Mail servers that are away, slow, or gone in the middle of a mail: each message still has one copy."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from meetups.demo.mail_scenes.scene import Scene
from meetups.demo.processes import free_port
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from tests.notifications.outbox.mails import AT, State, crowd, mailers, state_of
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Scene:
    return Scene("en")


@pytest.mark.story
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


@pytest.mark.story
def test_a_server_that_hangs_on_one_mail_holds_up_that_one_only(
    scene: Scene, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = asyncio.Event()

    class Hanging(MailSink):
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
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

        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
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


@pytest.mark.story
def test_a_long_queue_drains_in_one_run_over_one_connection(scene: Scene, mail_sink: MailSink) -> None:
    crowd(scene, 230)
    assert deliver(at=AT).mails == 230
    assert not Notification.objects.exclude(state=State.SENT).exists()
