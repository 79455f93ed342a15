"""Whose a mail is: the community's name as the sender, its seal and hue at the head, and the event's name once."""

from email.utils import parseaddr

import pytest
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import translation

from meetups.communities.identity import INKS
from meetups.core.texts.email_layout import Content, letter, sender
from meetups.demo.mail_scenes.every_mail import AT
from meetups.demo.mail_scenes.scene import Scene
from meetups.lifecycle.emails.masthead import mastheads
from meetups.notifications.compose import compose
from meetups.notifications.models import Notification

pytestmark = pytest.mark.django_db


def confirmed(language: str = "en") -> tuple[Scene, EmailMultiAlternatives]:
    scene = Scene(language)
    scene.tell("seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=AT)
    mail = compose([Notification.objects.get(kind="seat_confirmed")], AT).mail
    assert mail
    return scene, mail


def html_of(mail: EmailMultiAlternatives) -> str:
    return str(mail.alternatives[0][0])


def test_a_mail_comes_from_its_community_at_the_sites_address() -> None:
    scene, mail = confirmed()
    name, address = parseaddr(mail.message()["From"])
    assert name == scene.event.community.name
    assert address == parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def test_its_head_is_the_seal_and_asks_for_no_picture() -> None:
    scene, mail = confirmed()
    html = html_of(mail)
    light, on_light, dark, _on_dark = INKS[scene.event.community.hue]
    assert f"background-color: {light}" in html
    assert f"color: {on_light}" in html
    assert f"border-top-color: {dark} !important" in html
    assert f">{scene.event.community.letter}</td>" in html
    assert f"4px solid {light}" in html
    assert "<img" not in html


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_event_is_named_once_and_not_in_the_heading(language: str) -> None:
    scene, mail = confirmed(language)
    title = scene.event.title
    body = html_of(mail).split("</head>")[1]
    heading = body[body.index("<h1") : body.index("</h1>")]
    assert title in mail.subject
    assert title not in heading
    assert body.count(title) == 1
    assert str(mail.body).count(title) == 1


def test_a_list_of_mails_says_when_and_where_beside_the_subject() -> None:
    scene, mail = confirmed()
    html = html_of(mail)
    said = html[html.index('class="preheader"') :].split("</div>")[0]
    assert "display: none" in said
    assert scene.event.venue_name in said
    assert str(scene.event.starts_at.astimezone(scene.event.zone).day) in said


def test_a_letter_about_an_account_is_from_the_site() -> None:
    mail = letter([Content(title="New device", lead="Someone signed in.")], to="dan@example.org")
    assert mail.message()["From"] == settings.DEFAULT_FROM_EMAIL
    assert "preheader" not in html_of(mail).split("</head>")[1]


@pytest.mark.parametrize(
    "name",
    [
        "ML勉強会",
        'Quotes "and" <brackets>',
        "two\r\nBcc: victim@example.com",
        "security@bank.example",
        "pay at www.bank.example",
        "\u202eevil",
        "x" * 300,
        "\u2028",
        "",
        "Müller; Söhne, a@b",
    ],
)
def test_a_name_never_makes_another_sender(name: str) -> None:
    with translation.override("en"):
        written = EmailMultiAlternatives("s", "b", from_email=sender(name), to=["dan@example.org"]).message()
    shown, address = parseaddr(str(written["From"]))
    assert address == parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    assert written["Bcc"] is None
    assert "@" not in shown
    assert "www." not in shown
    assert len(shown) <= 60
    assert len(written.get_all("From") or []) == 1


def test_many_mails_ask_for_their_heads_together(django_assert_num_queries: object) -> None:
    scene = Scene("en")
    threads = {scene.event.thread, scene.event.community.thread}
    with django_assert_num_queries(3):  # type: ignore[operator]  # a fixture
        found = mastheads(threads)
    assert found.keys() == threads
    assert found[scene.event.community.thread].about == ""
