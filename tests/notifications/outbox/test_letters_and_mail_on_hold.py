"""Letters that are written already, such as codes, and mail that waits for an operator, as after a restored backup."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from meetups.demo.mail_scenes.scene import Scene
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.actions.release_mail import ReleasedMail, release_mail
from meetups.notifications.models import Notification, Outbox, Suppression
from tests.notifications.outbox.mails import AT, MoodySink, State, moody_servers, state_of
from tests.support.letters import a_code
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Scene:
    return Scene("en")


@pytest.fixture
def moody(settings: Any) -> Iterator[Callable[[Callable[[str], str]], MoodySink]]:
    yield from moody_servers(settings)


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
