"""Which mails a person gets: their choice by topic and community, and the mails that everyone must get."""

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP, default

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from meetups.core.texts.email_layout import Content, Unsubscribe, letter
from meetups.demo.mail_scenes.scene import PUBLISHED, START, Scene
from meetups.events.models import Event
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import WORDING, Notification, Preference, Suppression, Topic
from meetups.notifications.unsubscription import Unsubscription, read_unsubscribe_token, unsubscribe_token
from meetups.pages.sheets.follow_words import WORDINGS
from meetups.reminders.actions.announce_events import announce_events
from tests.support.letters import text_of
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db(transaction=True)
AT = PUBLISHED + timedelta(days=1)
State = Notification.State
# Both boxes are ticked by default.
USUAL = {"reminders:ml": "on", "afterwards:ml": "on"}


@pytest.fixture
def scene() -> Scene:
    return Scene("en")


def signed_in(scene: Scene) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(scene.dan)
    return client


def reminded(scene: Scene) -> str:
    """The state of a reminder to Dan after it was due. Earlier ones are deleted, so it counts as the first."""
    Notification.objects.filter(kind="reminder_day").delete()
    day = START - timedelta(hours=5)
    row = scene.tell("reminder_day", scene.dan, f"event:{scene.event.pk}", cause=1, at=day)
    deliver(at=day)
    return Notification.objects.get(pk=row.pk).state


def test_reminders_come_unless_she_says_no_and_the_rest_comes_all_the_same(scene: Scene, mail_sink: MailSink) -> None:
    registration = scene.registration(scene.dan)
    dan = signed_in(scene)
    page = dan.get("/me/mails/").content.decode()
    assert 'name="reminders:ml"\n' in page
    assert dan.post("/me/mails/", {}).status_code == 302
    assert reminded(scene) == State.VOID
    scene.tell("seat_confirmed", scene.dan, registration.subject, at=AT)
    assert deliver(at=AT).sent == 1
    assert [mail["List-Unsubscribe"] for mail in mail_sink.to("dan@example.org")] == [None], "this must be told"


def test_one_click_in_the_mail_program_ends_them(scene: Scene, mail_sink: MailSink) -> None:
    """RFC 8058: both headers; a POST with only its own field, no cookie, no sign-in, no redirect."""
    scene.registration(scene.dan)
    assert reminded(scene) == State.SENT
    [mail] = mail_sink.to("dan@example.org")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    header = mail["List-Unsubscribe"]
    assert header.startswith("<http://testserver/unsubscriptions/")
    path = header.strip("<>").removeprefix("http://testserver")
    assert path in text_of(mail)
    program = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    shown = program.get(path)
    assert shown.status_code == 200
    assert "ML Study Group" in shown.content.decode()
    assert not Preference.objects.exists(), "a mail scanner that follows the link ends nothing"
    answer = program.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert reminded(scene) == State.VOID
    assert program.post(path).status_code == 200, "twice does no harm"
    stopped = program.get(path).content.decode()
    assert "You’ve unsubscribed from these emails." in stopped, "whoever looks afterwards is not asked once more"
    assert 'name="again"' in stopped
    assert "You’ll get these emails again." in program.post(path, {"again": "1"}).content.decode()
    assert reminded(scene) == State.SENT
    assert "Stop these emails?" in program.get(path).content.decode()


def test_what_programs_read_stands_in_one_line_as_it_is() -> None:
    """Encoded words would hide the link from every mail program."""
    url = f"https://meetups.example/unsubscriptions/{'x' * 200}/"
    mail = letter(
        [Content(title="題名" * 40, lead="x")],
        to="dan@example.org",
        headers={"References": f"<{'a' * 90}@meetups.example>"},
        unsubscribe=Unsubscribe("x", "y", url),
    )
    head = mail.message(policy=SMTP).as_bytes().partition(b"\r\n\r\n")[0]
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in head
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click" in head
    assert f"\r\nReferences: <{'a' * 90}@meetups.example>".encode() in head
    assert b"Subject: =?utf-8?" in head
    assert max(map(len, head.replace(b"\r\n ", b"").split(b"\r\n"))) < 998
    again = message_from_bytes(mail.message(policy=SMTP).as_bytes(), policy=default)
    assert again["Subject"] == "題名" * 40


@pytest.mark.parametrize(("language", "line"), [("ja", "\n日時：5日\n"), ("en", "\n日時: 5日\n")])
def test_a_fact_of_a_mail_stands_behind_the_colon_of_its_language(language: str, line: str) -> None:
    with translation.override(language):
        mail = letter([Content(title="x", lead="x", facts=[("日時", "5日")])], to="dan@example.org")
    assert line in mail.body


@pytest.mark.parametrize(
    ("when", "kept"),
    [
        ("2026年12月5日(土) 14:00〜16:30 JST", "14:00〜16:30 JST"),
        ("Sat, Dec 5, 2026, 2:00–4:30 PM JST", "2:00–4:30 PM JST"),
        # Wider than the smallest phone.
        ("Sat, Dec 5, 2026, 11:30 AM–1:00 PM UTC+05:30", None),
    ],
)
def test_no_line_of_a_mail_is_only_the_zone_of_its_hours(when: str, kept: str | None) -> None:
    mail = letter([Content(title="x", lead="x", facts=[("x", f"<b>\n{when}")])], to="dan@example.org")
    html = str(mail.alternatives[0][0])
    whole = re.findall(r'<span class="whole" style="white-space: nowrap;">(.*?)</span>', html)
    assert whole == ([kept] if kept else [])
    assert "&lt;b&gt;<br>" in html


def test_a_forged_link_changes_nothing(client: Client) -> None:
    assert client.post("/unsubscriptions/nonsense/").status_code == 404
    assert read_unsubscribe_token(unsubscribe_token(7, Topic.REMINDERS, "community:ml")) == Unsubscription(
        7, Topic.REMINDERS, "community:ml"
    )


def test_announcements_are_asked_for_with_date_and_wording(scene: Scene) -> None:
    scene.registration(scene.dan)
    dan = signed_in(scene)
    with time_machine.travel(AT, tick=False):
        dan.post("/me/mails/", {**USUAL, "announcements:ml": "on", "announcements:other": "on"})
    [choice] = Preference.objects.all()
    assert (choice.topic, choice.thread, choice.wanted) == (Topic.ANNOUNCEMENTS, "community:ml", True)
    assert (choice.chosen_at, choice.wording) == (AT, 2)
    with time_machine.travel(AT + timedelta(days=9), tick=False):
        dan.post("/me/mails/", {**USUAL, "announcements:ml": "on"})
    choice.refresh_from_db()
    assert choice.chosen_at == AT, "the same again is no new choice"
    page = dan.get("/me/mails/").content.decode()
    assert "You opted in on <time" in page
    assert "“We’ll email you about new events. Stop any time.” (wording 2)" in page
    Preference.objects.update(wording=1)
    page = dan.get("/me/mails/").content.decode()
    assert "“One email when this community publishes an event” (wording 1)" in page


def test_the_day_of_consent_is_the_one_on_the_wall_of_the_community(scene: Scene) -> None:
    """Seven in the morning in Tokyo is still the previous day in UTC."""
    scene.registration(scene.dan)
    asked_at = datetime(2026, 11, 25, 22, 4, tzinfo=UTC)
    Preference.objects.create(
        person=scene.dan, topic=Topic.ANNOUNCEMENTS, thread="community:ml", wanted=True, chosen_at=asked_at
    )
    page = signed_in(scene).get("/me/mails/").content.decode()
    assert "Thu, Nov 26, 2026</time>:" in page


def test_consent_that_was_taken_back_is_given_anew_with_its_words_only(scene: Scene) -> None:
    path = f"/unsubscriptions/{unsubscribe_token(scene.dan.pk, Topic.ANNOUNCEMENTS, 'community:ml')}/"
    program = Client(headers={"Accept-Language": "en"})
    assert 'name="again"' not in program.post(path).content.decode()
    program.post(path, {"again": "1"})
    assert not Preference.objects.filter(wanted=True).exists()


def test_the_words_that_people_agree_to_are_kept_by_number() -> None:
    """A change to the text adds a number. The text that people agreed to before stays the same."""
    assert max(WORDINGS) == WORDING
    with translation.override("en"):
        assert str(WORDINGS[1]) == "One email when this community publishes an event"


def test_each_box_says_what_it_is_for(scene: Scene) -> None:
    scene.registration(scene.dan)
    boxes = signed_in(scene).get("/me/mails/").context["sources"][0].choices
    assert len({choice.note for choice in boxes}) == len(boxes) == len(Topic) - 1, (
        "a reminder of an opening is asked for at its event"
    )


def test_a_person_sees_that_her_address_refused_mail(scene: Scene) -> None:
    dan = signed_in(scene)
    assert "Emails to you are bouncing" not in dan.get("/me/mails/").content.decode()
    Suppression.objects.create(address="dan@example.org", since=AT, reason="550 5.1.1 unknown")
    page = dan.get("/me/mails/").content.decode()
    assert "Emails to you are bouncing" in page
    assert "550 5.1.1 unknown" in page
    assert dan.post("/me/mails/address/").status_code == 302
    assert not Suppression.objects.exists()


class TestAnnouncements:
    """Sent only to people who asked before, only once, and only about public events."""

    def publish(self, scene: Scene, at: datetime, **fields: str) -> None:
        Preference.objects.create(
            person=scene.dan, topic=Topic.ANNOUNCEMENTS, thread="community:ml", wanted=True, chosen_at=AT
        )
        Preference.objects.create(
            person=scene.finn, topic=Topic.ANNOUNCEMENTS, thread="community:ml", wanted=False, chosen_at=AT
        )
        Preference.objects.create(
            person=scene.emi, topic=Topic.ANNOUNCEMENTS, thread="community:ml", wanted=True, chosen_at=at
        )
        Event.objects.filter(pk=scene.event.pk).update(published_at=at, **fields)

    def test_who_asked_hears_of_it_once_and_can_stop_with_one_click(self, scene: Scene, mail_sink: MailSink) -> None:
        published = AT + timedelta(days=1)
        self.publish(scene, published)
        for minutes in (0, 1, 2):
            announce_events(at=published + timedelta(minutes=minutes))
            deliver(at=published + timedelta(minutes=minutes))
        [mail] = mail_sink.messages
        assert mail["To"] == "dan@example.org", "Emi asked only when it was there already"
        assert mail["Subject"] == f"New event: {scene.event.title}"
        path = mail["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")
        assert Client().post(path).status_code == 200
        assert not Preference.objects.get(person=scene.dan).wanted

    @pytest.mark.parametrize("visibility", ["unlisted", "members"])
    def test_what_is_not_for_everybody_is_not_announced(self, scene: Scene, visibility: str) -> None:
        self.publish(scene, AT + timedelta(days=1), visibility=visibility)
        assert sum(announce_events(at=AT + timedelta(days=1)).results) == 0

    def test_old_news_is_no_news(self, scene: Scene) -> None:
        self.publish(scene, AT + timedelta(days=1))
        assert sum(announce_events(at=AT + timedelta(days=2, minutes=1)).results) == 0

    def test_an_event_that_is_cancelled_meanwhile_is_not_announced(self, scene: Scene, mail_sink: MailSink) -> None:
        self.publish(scene, AT + timedelta(days=1))
        assert sum(announce_events(at=AT + timedelta(days=1)).results) == 1
        Event.objects.update(state="cancelled", cancelled_at=AT + timedelta(days=1))
        assert deliver(at=AT + timedelta(days=1)).void == 1
