"""Mails with codes and notices about an account go through the outbox, in our words, in the language of the person."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from meetups.accounts.models import User
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.pages.me.account_adapter import Adapter
from tests.support.letters import text_of
from tests.support.servers import MailSink
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db
CODE = re.compile(r"^    (\d{6})$", re.MULTILINE)


def person(language: str) -> User:
    user = User.objects.create_user("dan@example.org", "Dan", password="a long word", language=language)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def last_text(sink: MailSink) -> str:
    """The last mail, once the due ones have left."""
    deliver(at=timezone.now())
    return text_of(sink.messages[-1])


def test_a_code_signs_in_and_comes_in_her_language(client: Client, mail_sink: MailSink) -> None:
    person("ja")
    client.post(reverse("account_request_login_code"), {"email": "dan@example.org"}, headers={"accept-language": "en"})
    last_text(mail_sink)
    [mail] = mail_sink.to("dan@example.org")
    code = CODE.search(last_text(mail_sink))
    assert code is not None
    assert mail["Subject"] == f"ログインコード：{code[1]}"
    assert mail["Content-Language"] == "ja"
    assert {part.get_content_type() for part in mail.iter_parts()} == {"text/plain", "text/html"}
    assert "List-Unsubscribe" not in mail
    answer = client.post(reverse("gate_code"), {"code": code[1]})
    assert answer.status_code == 302
    assert "_auth_user_id" in client.session


def test_a_stranger_cannot_write_into_somebodys_mailbox_by_signing_up(client: Client, mail_sink: MailSink) -> None:
    form = {"name": "WIN A PRIZE at evil.example", "email": "victim@example.org", "password1": "a long word"}
    client.post(reverse("account_signup"), form)
    last_text(mail_sink)
    [mail] = mail_sink.to("victim@example.org")
    assert CODE.search(last_text(mail_sink))
    assert "PRIZE" not in mail.as_string()


def test_an_unknown_address_is_told_so_by_mail_only(client: Client, mail_sink: MailSink) -> None:
    answer = client.post(reverse("account_request_login_code"), {"email": "nobody@example.org"})
    person("en")
    known = client.post(reverse("account_request_login_code"), {"email": "dan@example.org"})
    assert (answer.status_code, answer["Location"]) == (known.status_code, known["Location"])
    last_text(mail_sink)
    [told] = mail_sink.to("nobody@example.org")
    assert "has no account yet" in told.as_string().replace("=\n", "")


class Silent:
    """A mail server that takes the call and says nothing. `asked` counts the calls."""

    def __init__(self) -> None:
        self.asked = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        with suppress(OSError):
            while self.socket.accept():
                self.asked += 1


@pytest.fixture
def silent(settings: Any) -> Iterator[Silent]:
    """Mails go to a server that never answers."""
    server = Silent()
    options = {"host": "127.0.0.1", "port": server.port, "timeout": 0.5}
    settings.MAILERS = {"default": {"BACKEND": "meetups.notifications.smtp_deadline.EmailBackend", "OPTIONS": options}}
    yield server
    server.socket.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("account_request_login_code", {"email": "dan@example.org"}),
        ("account_request_login_code", {"email": "nobody@example.org"}),
        ("account_reset_password", {"email": "dan@example.org"}),
        ("account_signup", {"name": "New", "email": "new@example.org", "password1": "a long word"}),
        ("account_signup", {"name": "Dan", "email": "dan@example.org", "password1": "a long word"}),
    ],
)
def test_no_request_talks_to_a_mail_server(client: Client, silent: Silent, page: str, form: dict[str, str]) -> None:
    person("en")
    answer = client.post(reverse(page), form, follow=True)
    assert answer.status_code == 200
    assert "The email usually arrives within a minute." in answer.content.decode()
    assert silent.asked == 0
    assert Notification.objects.waiting().count() == 1
    # The control: who sends does ask it. The thread that counts may be a moment late.
    deliver(at=timezone.now())
    assert wait_until(lambda: silent.asked)


def test_a_new_code_can_be_asked_for_and_the_page_is_the_same_for_every_address(
    client: Client, mail_sink: MailSink
) -> None:
    person("en")
    pages = []
    for address in ("dan@example.org", "nobody@example.org"):
        browser = Client(headers={"accept-language": "en"})
        browser.post(reverse("account_request_login_code"), {"email": address})
        answer = browser.post(reverse("gate_code"), {"send": "1"}, follow=True)
        pages.append(re.sub(r"<[^>]*>|\S+@\S+", "", answer.content.decode()))
    assert "Send a new code" in pages[0]
    assert pages[0] == pages[1]
    last_text(mail_sink)
    assert len(mail_sink.to("dan@example.org")) == 2


def test_a_notice_goes_to_the_address_that_it_is_about(mail_sink: MailSink) -> None:
    """What is said to the former address is not sent to the new one."""
    dan = person("en")
    request = RequestFactory().get("/")
    with request_context(request):
        Adapter(request).send_mail("account/email/password_changed", "before@example.org", {"user": dan})
    last_text(mail_sink)
    assert mail_sink.recipients == [["before@example.org"]]


@pytest.mark.parametrize(("verified", "greeted"), [(True, True), (False, False)])
def test_only_a_person_whose_address_is_proved_is_greeted_by_name(
    client: Client, mail_sink: MailSink, verified: bool, greeted: bool
) -> None:
    person("en")
    EmailAddress.objects.update(verified=verified)
    client.post(reverse("account_request_login_code"), {"email": "dan@example.org"})
    assert ("Dan" in last_text(mail_sink)) is greeted
