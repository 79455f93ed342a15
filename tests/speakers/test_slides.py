"""The slides of a talk: uploaded, kept until they may be public, published, and removed (S6, RULES 93-95)."""

import zlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.core import mail
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from meetups.communities.permissions import Role
from meetups.core.files.pdf import PDF_OCTETS, pdf_name
from meetups.demo.sample.slides import one_page
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.actions.choose import choose
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification, Topic
from meetups.speakers.models import CoSpeaker, Readiness, Talk
from meetups.speakers.tasks import remind_of_slides
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)
PDF = one_page("hello")
LINK = "https://slides.example/1"
AFTER = cast.ENDS_AT + timedelta(hours=2)
# Noon in Tokyo on the day after the event.
NOON = cast.STARTS_AT.replace(hour=3) + timedelta(days=1)


@pytest.fixture
def event() -> Event:
    cast.member("ben", Role.ORGANIZER)
    return cast.event(slots=[cast.first_come_plan(1), cast.invited_plan()], visibility=Event.Visibility.PUBLIC)


@pytest.fixture
def talk(event: Event) -> Iterator[Talk]:
    made = cast.talk("emi", event)
    with time_machine.travel(cast.NOW, tick=False):
        yield made
    # Some of these talks were not made by actions and have no seats, so only rules about slides are checked.
    assert not [rows for invariant, rows in breaches() if "Slides" in invariant.rule]


def page(talk: Talk) -> str:
    return reverse("talk_slides", args=[talk.pk])


def preparation(talk: Talk) -> str:
    return reverse("talk_preparation", args=[talk.pk])


def pdf_of(talk: Talk) -> str:
    return reverse("talk_pdf", args=[talk.event.public_id, talk.pk])


def desk(event: Event, name: str = "desk_slides", *more: int) -> str:
    return reverse(name, args=[event.public_id, *more])


def a_file(content: bytes = PDF, name: str = "評価の話.pdf", kind: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=kind)


def post(name: str, address: str, fields: dict[str, Any]) -> Any:
    return cast.signed_in(name).post(address, fields)


def answer(talk: Talk, said: str) -> None:
    assert post("emi", reverse("talk_slides_publication", args=[talk.pk]), {"answer": said}).status_code == 302


def publish(event: Event) -> None:
    with time_machine.travel(AFTER, tick=False):
        assert post("ben", desk(event, "desk_slides_publication"), {}).status_code == 302


def opens(address: str, name: str | None = None) -> bool:
    client = cast.signed_in(name) if name else Client()
    response = client.get(address)
    assert response.status_code in {200, 404}
    found = response.status_code == 200
    if found:
        response.close()
    return found


def is_public(talk: Talk) -> bool:
    shown = Client().get(reverse("talk", args=[talk.event.public_id, talk.pk])).content.decode()
    return opens(pdf_of(talk)) and pdf_of(talk) in shown


def told(kind: str = "slides_published") -> list[str]:
    rows = Notification.objects.filter(kind=kind).select_related("recipient").order_by("recipient__email")
    return [row.recipient.email.partition("@")[0] for row in rows if row.recipient]


def test_a_pdf_is_seen_by_its_speakers_and_organizers_only_until_it_is_published(event: Event, talk: Talk) -> None:
    gin = cast.person("gin")
    CoSpeaker.objects.create(
        talk=talk, person=gin, address=gin.email, language="ja", state="joined", asked_at=cast.NOW, joined_at=cast.NOW
    )
    cast.member("chie", Role.RECEPTION)
    assert post("gin", page(talk), {"url": LINK, "file": a_file()}).status_code == 302
    assert [
        name for name in (None, "dan", "finn", "chie", "gin", "emi", "ben", "aiko") if opens(pdf_of(talk), name)
    ] == [*("gin", "emi", "ben", "aiko")]
    assert LINK not in Client().get(reverse("talk", args=[event.public_id, talk.pk])).content.decode()
    answer(talk, "yes")
    assert not opens(pdf_of(talk), "dan")
    publish(event)
    assert opens(pdf_of(talk))
    assert opens(pdf_of(talk), "finn")
    assert LINK in Client().get(reverse("talk", args=[event.public_id, talk.pk])).content.decode()


def test_nothing_is_published_without_a_yes_or_before_the_end(event: Event, talk: Talk) -> None:
    post("emi", page(talk), {"file": a_file()})
    publish(event)
    assert not is_public(talk)
    answer(talk, "yes")
    assert post("ben", desk(event, "desk_slides_publication"), {}).status_code == 302
    assert not is_public(talk)
    publish(event)
    assert is_public(talk)


def test_a_no_takes_published_slides_down_at_once_and_a_yes_brings_them_back(event: Event, talk: Talk) -> None:
    post("emi", page(talk), {"file": a_file()})
    answer(talk, "yes")
    publish(event)
    assert is_public(talk)
    with time_machine.travel(AFTER + timedelta(days=1), tick=False):
        answer(talk, "no")
    assert not is_public(talk)
    assert opens(pdf_of(talk), "emi")
    known = Readiness.objects.get()
    assert (known.publication, known.publication_answered_at) == ("no", AFTER + timedelta(days=1))
    answer(talk, "yes")
    assert is_public(talk)
    said = HistoryEntry.objects.filter(verb="answer_publication").order_by("pk").values_list("details", flat=True)
    assert [entry["publication"] for entry in said] == ["yes", "no", "yes"]


def test_only_who_answers_for_the_talk_says_yes(talk: Talk) -> None:
    gin = cast.person("gin")
    CoSpeaker.objects.create(
        talk=talk, person=gin, address=gin.email, language="ja", state="joined", asked_at=cast.NOW, joined_at=cast.NOW
    )
    address = reverse("talk_slides_publication", args=[talk.pk])
    assert post("gin", address, {"answer": "yes"}).status_code == 404
    assert post("emi", address, {"answer": "perhaps"}).status_code == 400
    assert not Readiness.objects.exists()
    assert 'name="answer"' not in cast.signed_in("gin").get(page(talk)).content.decode()


def test_everyone_with_a_part_is_told_once_those_too_who_did_not_get_in(event: Event, talk: Talk) -> None:
    """Dan has the only seat; Finn and Gin are in the queue. Hana left, and Iori has turned off such mails."""
    for name in ("dan", "finn", "gin", "hana", "iori"):
        cast.registered(name, event)
    leave_event(event=event, person=cast.person("hana"), at=cast.NOW, by=cast.person("hana"))
    choose(person_id=cast.person("iori").pk, choices={(Topic.AFTERWARDS, event.community.thread): False}, at=cast.NOW)
    post("emi", page(talk), {"url": LINK})
    answer(talk, "yes")
    with time_machine.travel(AFTER, tick=False):
        assert "We’ll email 4 people, once" in cast.signed_in("ben").get(desk(event)).content.decode()
    publish(event)
    assert told() == ["dan", "emi", "finn", "gin"]
    late = cast.person("ken")
    Talk.objects.create(
        event=event,
        speaker=late,
        title="あとから",
        state="confirmed",
        position=9,
        proposed_at=cast.NOW,
        confirmed_at=cast.NOW,
    )
    added = Talk.objects.get(title="あとから")
    post("ken", page(added), {"file": a_file()})
    post("ken", reverse("talk_slides_publication", args=[added.pk]), {"answer": "yes"})
    assert is_public(added)
    publish(event)
    assert told() == ["dan", "emi", "finn", "gin"]
    mail.outbox.clear()
    deliver(at=AFTER + timedelta(hours=2))
    [letter] = [one for one in mail.outbox if one.to == ["finn@example.org"] and talk.title in one.body]
    assert late.name in letter.body
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_organizers_take_the_slides_of_one_talk_down_and_bring_them_back(event: Event, talk: Talk) -> None:
    post("emi", page(talk), {"file": a_file()})
    answer(talk, "yes")
    publish(event)
    one = desk(event, "desk_talk_slides", talk.pk)
    post("ben", one, {"public": "0"})
    assert not is_public(talk)
    # Neither another file nor another yes publishes it again, and the button for all slides does not either.
    post("emi", page(talk), {"file": a_file()})
    answer(talk, "no")
    answer(talk, "yes")
    publish(event)
    assert not is_public(talk)
    post("ben", one, {"public": "1"})
    assert is_public(talk)
    answer(talk, "no")
    post("ben", one, {"public": "1"})
    assert not is_public(talk)


def test_what_is_replaced_or_removed_is_gone_from_the_disk(talk: Talk) -> None:
    post("emi", page(talk), {"file": a_file(), "url": LINK})
    first = Talk.objects.get().slides_file.name
    post("emi", page(talk), {"file": a_file(PDF + b"\n")})
    talk.refresh_from_db()
    assert (talk.slides_url, default_storage.exists(str(first))) == (LINK, False)
    second = talk.slides_file.name
    removal = reverse("talk_slides_removal", args=[talk.pk])
    assert post("emi", removal, {"part": "everything"}).status_code == 400
    for part in ("file", "file", "link"):
        assert post("emi", removal, {"part": part}).status_code == 302
    talk.refresh_from_db()
    assert (talk.has_slides, talk.slides_name, default_storage.exists(str(second))) == (False, "", False)


def test_slides_that_are_removed_are_not_public_any_more(event: Event, talk: Talk) -> None:
    post("emi", page(talk), {"file": a_file(), "url": LINK})
    answer(talk, "yes")
    publish(event)
    removal = reverse("talk_slides_removal", args=[talk.pk])
    post("emi", removal, {"part": "link"})
    assert is_public(talk)
    post("emi", removal, {"part": "file"})
    assert Talk.objects.get().slides_published_at is None
    assert not opens(pdf_of(talk))


HOSTILE = {
    "a page called PDF": (b"<!DOCTYPE html><script>alert(1)</script>", "slides.pdf"),
    "a page with a PDF behind it": (b"<script>alert(1)</script>" + PDF, "slides.pdf"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + PDF, "slides.pdf"),
    "nothing": (b"", "slides.pdf"),
    "NUL": (b"\x00" + PDF, "slides.pdf"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_not_a_pdf_is_refused_whatever_it_is_called(what: str, talk: Talk) -> None:
    content, name = HOSTILE[what]
    answered = post("emi", page(talk), {"file": a_file(content, name), "url": "https://typed.example/"})
    assert answered.status_code == 422
    assert "This file isn’t a PDF" in answered.content.decode()
    assert "https://typed.example/" in answered.content.decode()
    assert not Talk.objects.get().has_slides


def packed(inside: bytes) -> bytes:
    """An object stream, as most programs write it."""
    return PDF + b"9 0 obj\n<</Type/ObjStm/N 1/First 4>>stream\r\n" + zlib.compress(inside) + b"\nendstream endobj\n"


UNFIT = {
    "with a password": (PDF + b"trailer <</Root 1 0 R /Encrypt 8 0 R>>", "is encrypted"),
    "with a script": (PDF + b"<</S /JavaScript /JS (app.alert(1))>>", "contains a script"),
    "with a script in other letters": (PDF + b"<</#53/J#61vaScript/JS 4 0 R>>", "contains a script"),
    "with a script that is packed": (packed(b"7 0 <</S/JavaScript/JS(1)>>"), "contains a script"),
    "that starts a program": (PDF + b"<</Type/Action/S/Launch/F(a.exe)>>", "contains a script"),
}


def test_a_pdf_that_not_everybody_can_read_or_that_runs_something_is_refused_with_the_reason(talk: Talk) -> None:
    for what, (content, reason) in UNFIT.items():
        answered = post("emi", page(talk), {"file": a_file(content)})
        assert (answered.status_code, reason in answered.content.decode()) == (422, True), what
    assert not Talk.objects.get().has_slides
    # Such words inside a text, or an incomplete stream, are harmless.
    fine = packed(b"7 0 <</Title(HTML/JavaScript (2))/S/GoTo>>") + b"/EncryptMetadata true <</Type/ObjStm>>stream\nx"
    assert post("emi", page(talk), {"file": a_file(fine)}).status_code == 302


def test_more_than_30_mb_are_not_taken_in(talk: Talk, tmp_path: Any, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    big = a_file(PDF + b"\0" * PDF_OCTETS)
    answered = post("emi", page(talk), {"file": big, "url": "https://typed.example/"})
    assert answered.status_code == 422
    assert "This file is too large" in answered.content.decode()
    assert "https://typed.example/" in answered.content.decode()
    assert (list(tmp_path.iterdir()), Talk.objects.get().has_slides) == ([], False)
    # A file of exactly the allowed size goes through the disk, not through memory.
    exact = a_file(PDF + b"\0" * (PDF_OCTETS - len(PDF)))
    assert post("emi", page(talk), {"file": exact}).status_code == 302
    assert Talk.objects.get().slides_file.size == PDF_OCTETS


def test_other_pages_take_in_less(event: Event, settings: Any) -> None:
    settings.UPLOAD_OCTETS = 1000
    cast.member("aiko", Role.OWNER)
    address = reverse("desk_participants_import", args=[event.public_id])
    answered = post("aiko", address, {"file": a_file(b"a" * 1001, "people.csv", "text/csv")})
    assert answered.status_code == 422


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\boot.ini", "boot.ini.pdf"),
        ("評価 の話.PDF", "評価 の話.pdf"),
        ("スライド\u202efdp.exe", "スライドfdp.exe.pdf"),
        ('a"; filename="b.exe', 'a"; filename="b.exe.pdf'),
        ("a\r\nX: y.pdf", "aX: y.pdf"),
        ("....pdf", "題.pdf"),
        ("", "題.pdf"),
        ("長" * 300 + ".pdf", "長" * 116 + ".pdf"),
    ],
)
def test_a_files_name_is_only_a_name(given: str, kept: str) -> None:
    assert pdf_name(given, "題") == kept


def test_a_pdf_is_given_out_so_that_nothing_in_it_runs(event: Event, talk: Talk) -> None:
    post("emi", page(talk), {"file": a_file(PDF, "../評価の話\u202e.html.pdf", "text/html")})
    answer(talk, "yes")
    publish(event)
    answered = Client().get(pdf_of(talk))
    assert b"".join(answered) == PDF
    assert answered["Content-Type"] == "application/pdf"
    assert answered["Content-Length"] == str(len(PDF))
    assert answered["Content-Disposition"] == f"inline; filename*=utf-8''{quote('評価の話.html.pdf')}"
    assert "sandbox" in answered["Content-Security-Policy"]
    assert "allow" not in answered["Content-Security-Policy"]
    assert answered["X-Content-Type-Options"] == "nosniff"
    assert answered["Cache-Control"] == "public, no-cache"
    kept = Client().head(f"{pdf_of(talk)}?download")
    assert kept["Content-Disposition"].startswith("attachment; filename*=")
    again = Client().get(pdf_of(talk), headers={"if-none-match": answered["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    answer(talk, "no")
    assert Client().get(pdf_of(talk), headers={"if-none-match": answered["ETag"]}).status_code == 404
    mine = cast.signed_in("emi").get(pdf_of(talk))
    assert mine["Cache-Control"] == "private, no-cache"
    mine.close()


def test_what_only_members_see_only_members_open(talk: Talk) -> None:
    post("emi", page(talk), {"file": a_file()})
    answer(talk, "yes")
    publish(talk.event)
    Event.objects.update(visibility=Event.Visibility.MEMBERS)
    assert (opens(pdf_of(talk)), opens(pdf_of(talk), "dan"), opens(pdf_of(talk), "ben")) == (False, False, True)
    assert cast.signed_in("ben").head(pdf_of(talk))["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://a.example/b", "data:text/html,x", "https://" + "a" * 300]
)
def test_a_link_is_a_link(url: str, talk: Talk) -> None:
    assert post("emi", page(talk), {"url": url}).status_code == 422
    assert not Talk.objects.get().has_slides


def test_nothing_is_added_to_what_does_not_take_place(event: Event, talk: Talk) -> None:
    assert post("emi", page(talk), {}).status_code == 409
    assert post("dan", page(talk), {"url": LINK}).status_code == 404
    proposed = cast.talk("emi", event, state=Talk.State.PROPOSED, title="まだの話")
    assert post("emi", page(proposed), {"url": LINK}).status_code == 409
    cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
    assert post("emi", page(talk), {"file": a_file()}).status_code == 409
    assert not Talk.objects.exclude(slides_url="", slides_file="").exists()


def test_what_is_hers_she_takes_away_also_when_the_talk_is_not_held(event: Event, talk: Talk) -> None:
    post("emi", page(talk), {"file": a_file(), "url": LINK})
    cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
    assert reverse("talk_slides", args=[talk.pk]) in cast.signed_in("emi").get(preparation(talk)).content.decode()
    assert "Remove the PDF" in cast.signed_in("emi").get(page(talk)).content.decode()
    post("emi", reverse("talk_slides_removal", args=[talk.pk]), {"part": "file"})
    Talk.objects.update(state=Talk.State.WITHDRAWN)
    post("emi", reverse("talk_slides_removal", args=[talk.pk]), {"part": "link"})
    assert not Talk.objects.get().has_slides


def test_who_added_nothing_is_asked_at_noon_of_the_next_day(event: Event, talk: Talk) -> None:
    for name, title in (("dan", "答えだけ"), ("finn", "断った"), ("gin", "足りている")):
        cast.talk(name, event, title=title)
    answers = {"答えだけ": "yes", "断った": "no", "足りている": "yes"}
    for title, said in answers.items():
        Readiness.objects.create(talk=Talk.objects.get(title=title), publication=said, publication_answered_at=cast.NOW)
    Talk.objects.filter(title="足りている").update(slides_url=LINK)
    assert remind_of_slides(NOON - timedelta(seconds=1)) == "0 talks without slides asked about"
    assert remind_of_slides(NOON) == "2 talks without slides asked about"
    assert remind_of_slides(NOON + timedelta(hours=3)) == "0 talks without slides asked about"
    assert remind_of_slides(NOON + timedelta(days=1)) == "0 talks without slides asked about"
    assert told("slides_asked") == ["dan", "emi"]
    # If slides arrive before the mail leaves, the mail is void.
    post("dan", page(Talk.objects.get(title="答えだけ")), {"url": LINK})
    mail.outbox.clear()
    deliver(at=NOON + timedelta(hours=1))
    asked = [one for one in mail.outbox if page(talk) in one.body]
    assert [one.to for one in asked] == [["emi@example.org"]]
    assert not [one for one in mail.outbox if one.to == ["dan@example.org"] and "/slides/" in one.body]


def test_organizers_ask_at_most_once_a_day(event: Event, talk: Talk) -> None:
    ask = desk(event, "desk_slides_request")
    for _ in range(2):
        assert post("ben", ask, {}).status_code == 302
    assert told("slides_asked") == ["emi"]
    assert "were asked today" in cast.signed_in("ben").get(desk(event)).content.decode()
    with time_machine.travel(cast.NOW + timedelta(days=1), tick=False):
        post("ben", ask, {})
    assert told("slides_asked") == ["emi", "emi"]


def test_the_desk_says_when_it_is_time(event: Event, talk: Talk) -> None:
    overview = reverse("desk_event", args=[event.public_id])
    assert "Publish the slides" not in cast.signed_in("ben").get(overview).content.decode()
    post("emi", page(talk), {"url": LINK})
    answer(talk, "yes")
    with time_machine.travel(AFTER + timedelta(hours=2), tick=False):
        assert "1 of 1 talk has slides." in cast.signed_in("ben").get(overview).content.decode()
        post("ben", desk(event, "desk_slides_publication"), {})
        assert "Publish the slides" not in cast.signed_in("ben").get(overview).content.decode()


@pytest.mark.parametrize("talks", [1, 3])
def test_the_desk_asks_the_same_few_questions_for_any_number_of_talks(
    event: Event, talks: int, django_assert_num_queries: Any
) -> None:
    for number in range(talks):
        made = cast.talk(f"guest{number}", event, title=f"話 {number}")
        Talk.objects.filter(pk=made.pk).update(slides_url=LINK)
        Readiness.objects.create(talk=made, publication="yes", publication_answered_at=cast.NOW)
    ben = cast.signed_in("ben")
    with time_machine.travel(AFTER, tick=False):
        ben.get(desk(event))
        with django_assert_num_queries(11):
            shown = ben.get(desk(event)).content.decode()
    assert shown.count("may be published") == talks
