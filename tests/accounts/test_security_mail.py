"""Mails with codes and notices about an account leave at once, in our words, in the language of the person."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from meetups.accounts.models import User
from meetups.demo.processes import free_port
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db
CODE = re.compile(r"^    (\d{6})$", re.MULTILINE)


def person(language: str) -> User:
    user = User.objects.create_user("dan@example.org", "Dan", password="a long word", language=language)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def text_of(sink: MailSink) -> str:
    text: str = sink.messages[-1].get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]
    return text


def test_a_code_signs_in_and_comes_in_her_language(client: Client, mail_sink: MailSink) -> None:
    person("ja")
    client.post(reverse("account_request_login_code"), {"email": "dan@example.org"}, headers={"accept-language": "en"})
    [mail] = mail_sink.to("dan@example.org")
    code = CODE.search(text_of(mail_sink))
    assert code is not None
    assert mail["Subject"] == f"ログインコード：{code[1]}"
    assert mail["Content-Language"] == "ja"
    assert {part.get_content_type() for part in mail.iter_parts()} == {"text/plain", "text/html"}
    assert "List-Unsubscribe" not in mail
    answer = client.post(reverse("account_confirm_login_code"), {"code": code[1]})
    assert answer.status_code == 302
    assert "_auth_user_id" in client.session


def test_a_stranger_cannot_write_into_somebodys_mailbox_by_signing_up(client: Client, mail_sink: MailSink) -> None:
    form = {"name": "WIN A PRIZE at evil.example", "email": "victim@example.org", "password1": "a long word"}
    client.post(reverse("account_signup"), form)
    [mail] = mail_sink.to("victim@example.org")
    assert CODE.search(text_of(mail_sink))
    assert "PRIZE" not in mail.as_string()


def test_an_unknown_address_is_told_so_by_mail_only(client: Client, mail_sink: MailSink) -> None:
    answer = client.post(reverse("account_request_login_code"), {"email": "nobody@example.org"})
    person("en")
    known = client.post(reverse("account_request_login_code"), {"email": "dan@example.org"})
    assert (answer.status_code, answer["Location"]) == (known.status_code, known["Location"])
    assert mail_sink.to("nobody@example.org")[0]["Subject"] == "There’s no account with this email address"


def test_a_mail_server_that_is_away_is_said_on_the_page(client: Client, settings: Any) -> None:
    person("en")
    options = {"host": "127.0.0.1", "port": free_port(), "timeout": 5}
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
    answer = client.post(reverse("account_request_login_code"), {"email": "dan@example.org"}, follow=True)
    assert answer.status_code == 200
    assert "We couldn’t send the email." in answer.content.decode()
