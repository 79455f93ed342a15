"""What tests of the outbox share."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from meetups.accounts.models import User
from meetups.demo.mail_scenes.scene import PUBLISHED, Scene
from meetups.notifications.models import Notification
from tests.support.servers import MailSink

AT = PUBLISHED + timedelta(days=1)
State = Notification.State


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


def moody_servers(settings: Any) -> Iterator[Callable[[Callable[[str], str]], MoodySink]]:
    """For a fixture: starts a server with these answers, and sends mails to it."""
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
