"""Organizers can be written to: a form, an inbox with open and answered, and an answer by mail."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from meetups.communities.models import Community
from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.ask_organizers import MOST_A_DAY, ask_organizers
from meetups.lifecycle.models import Inquiry
from meetups.notifications.actions.deliver import deliver
from tests.support import cast
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(cast.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def event() -> Event:
    cast.member("ben", Role.ORGANIZER)
    cast.member("chie", Role.RECEPTION)
    return cast.event(slots=[cast.first_come_plan(9)])


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def asked(event: Event, *, topic: str = "question", text: str = "駐輪場はありますか。", who: str = "dan") -> Inquiry:
    return ask_organizers(
        community=event.community,
        event=event,
        topic=Inquiry.Topic(topic),
        text=text,
        at=cast.NOW,
        by=cast.person(who, language="en"),
    )


def sent_to(sink: MailSink, name: str) -> list[Any]:
    return [mail for mail in sink.messages if mail["To"] == f"{name}@example.org"]


def test_a_question_reaches_the_inbox_and_is_answered_by_mail(event: Event, mail_sink: MailSink) -> None:
    path = f"/events/{event.public_id}/"
    dan = cast.signed_in("dan")
    assert f'href="{path}contact/"' in page(dan, path)
    assert 'href="/c/ml/contact/"' in page(dan, "/c/ml/")
    answer = dan.post(f"{path}contact/", {"topic": "question", "text": "駐輪場はありますか。"}, follow=True)
    assert "Sent. The organizers will reply by email." in answer.content.decode()
    deliver(at=cast.NOW)
    assert sent_to(mail_sink, "aiko")
    assert sent_to(mail_sink, "ben")
    assert not sent_to(mail_sink, "chie")
    ben = cast.signed_in("ben")
    assert "駐輪場" in page(ben, "/desk/c/ml/inbox/")
    inquiry = Inquiry.objects.get()
    assert "駐輪場" in page(ben, f"/desk/c/ml/inbox/{inquiry.pk}/")
    assert ben.post(f"/desk/c/ml/inbox/{inquiry.pk}/", {"answer": "地下に**あります**。"}).status_code == 302
    deliver(at=cast.NOW + timedelta(minutes=1))
    [reply] = sent_to(mail_sink, "dan")
    assert reply["Subject"] == "Answer: ML勉強会"
    assert reply["Reply-To"] is None
    html = page(ben, "/desk/c/ml/inbox/")
    assert "Nothing is waiting for an answer." in html
    assert "<strong>あります</strong>" in page(ben, f"/desk/c/ml/inbox/{inquiry.pk}/")
    verbs = HistoryEntry.objects.filter(subject=inquiry.subject).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["ask_organizers", "answer_inquiry"]


def test_answers_and_messages_can_be_answered_where_the_organizers_gave_an_address(
    event: Event, mail_sink: MailSink
) -> None:
    ben = cast.signed_in("ben")
    assert ben.post("/desk/c/ml/inbox/", {"contact_address": "not an address"}).status_code == 422
    assert ben.post("/desk/c/ml/inbox/", {"contact_address": "ml@example.org"}).status_code == 302
    inquiry = asked(event)
    ben.post(f"/desk/c/ml/inbox/{inquiry.pk}/", {"answer": "あります。"})
    cast.registered("emi", event)
    ben.post(
        f"/desk/events/{event.public_id}/messages/new/",
        {"ja-subject": "入館", "ja-body": "受付へ。", "states": "confirmed", "when": "now", "confirmed": "1"},
    )
    deliver(at=cast.NOW + timedelta(minutes=1))
    [reply] = [mail for mail in sent_to(mail_sink, "dan") if "Answer" in mail["Subject"]]
    assert reply["Reply-To"] == "ml@example.org"
    assert Community.objects.get().contact_address == "ml@example.org"


def test_a_second_answer_is_refused(event: Event) -> None:
    inquiry = asked(event)
    for name, status in (("ben", 302), ("aiko", 409)):
        answer = cast.signed_in(name).post(f"/desk/c/ml/inbox/{inquiry.pk}/", {"answer": name})
        assert answer.status_code == status
    inquiry.refresh_from_db()
    assert inquiry.answer == "ben"


def test_a_report_is_for_the_owners_only(event: Event, mail_sink: MailSink) -> None:
    inquiry = asked(event, topic="report", text="いやなことがありました。")
    deliver(at=cast.NOW)
    assert sent_to(mail_sink, "aiko")
    assert not sent_to(mail_sink, "ben")
    assert "いやなこと" in page(cast.signed_in("aiko"), "/desk/c/ml/inbox/")
    ben = cast.signed_in("ben")
    assert "いやなこと" not in page(ben, "/desk/c/ml/inbox/")
    assert ben.get(f"/desk/c/ml/inbox/{inquiry.pk}/").status_code == 404
    assert ben.post(f"/desk/c/ml/inbox/{inquiry.pk}/", {"answer": "x"}).status_code == 404
    assert not HistoryEntry.objects.filter(subject=inquiry.subject).exists()
    assert 'value="report"' in page(ben, "/c/ml/contact/?topic=report")
    assert 'href="/c/ml/contact/?topic=report"' in page(Client(), "/c/ml/conduct/")


def test_who_has_left_the_team_is_not_told(event: Event, mail_sink: MailSink) -> None:
    asked(event)
    event.community.memberships.filter(person=cast.person("ben")).delete()
    deliver(at=cast.NOW)
    assert not sent_to(mail_sink, "ben")


def test_the_form_says_whose_it_is_with_their_seal(event: Event) -> None:
    for path in (f"/c/{event.community.slug}/contact/", f"/events/{event.public_id}/contact/"):
        main = Client().get(path).content.decode().split("<main")[1].split("<h1>")[0]
        assert 'class="seal' in main, path
        assert event.community.name in main
    assert f'href="/events/{event.public_id}/"' in main


def test_so_many_a_day_and_the_same_words_once(event: Event) -> None:
    assert asked(event).pk == asked(event).pk
    for number in range(MOST_A_DAY - 1):
        asked(event, text=f"{number}")
    dan = cast.signed_in("dan")
    answer = dan.post(f"/events/{event.public_id}/contact/", {"topic": "question", "text": "もう一つ"})
    assert answer.status_code == 429
    assert "もう一つ" in answer.content.decode()
    assert Inquiry.objects.count() == MOST_A_DAY


def test_strangers_prove_their_mailbox_first(event: Event, mail_sink: MailSink) -> None:
    client = Client(headers={"Accept-Language": "en"})
    path = f"/events/{event.public_id}/contact/"
    words = {"topic": "question", "text": "はじめまして。", "name": "花", "email": "hana@example.org"}
    answer = client.post(path, words)
    assert answer.status_code == 302
    assert not Inquiry.objects.exists()
    deliver(at=cast.NOW)
    body = mail_sink.messages[-1].get_body(("plain",))
    assert body
    [code] = re.findall(r"\b\d{6}\b", body.get_content())
    client.post(answer["Location"], {"code": code}, follow=True)
    inquiry = Inquiry.objects.get()
    assert (inquiry.person.email, inquiry.text) == ("hana@example.org", "はじめまして。")


def test_a_web_address_of_a_stranger_does_not_leave_by_mail(event: Event, mail_sink: MailSink) -> None:
    asked(event, text="見てください https://evil.example/ どうぞ")
    deliver(at=cast.NOW)
    body = sent_to(mail_sink, "aiko")[0].get_body(("plain",))
    assert "https://evil.example" not in body.get_content()


@pytest.mark.parametrize("count", [1, 3])
def test_the_inbox_asks_the_same_questions_whatever_the_number(
    count: int, event: Event, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        asked(event, text=f"{number}")
    ben = cast.signed_in("ben")
    page(ben, "/desk/c/ml/inbox/")
    # The session; the community with the role; what is open; the number of what was answered.
    with django_assert_num_queries(4):
        page(ben, "/desk/c/ml/inbox/")
