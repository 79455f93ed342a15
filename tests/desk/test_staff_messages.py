"""Program and volunteer staff write to those they look after, and to no one else (RULES 250)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetups.communities.permissions import Permission, Role
from meetups.events.models import Event, Undo
from meetups.lifecycle.audience import Audience
from meetups.lifecycle.models import Message
from meetups.speakers.models import Talk
from organizers.desk import responsible_for
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
TEXTS = {"subject_ja": "集合時間", "body_ja": "15分前に集まります。", "when": "now", "intent": "send"}
STAFF = {"chie": ("speakers", "volunteers"), "finn": ("volunteers", "speakers")}


@pytest.fixture
def event() -> Event:
    """Emi speaks, Gin volunteers, Dan attends. Chie looks after the program, Finn after volunteers."""
    event = cast.event(
        slots=[cast.first_come_plan(5), cast.duty_plan(), cast.invited_plan()], shifts=[cast.teardown_plan()]
    )
    cast.talk("emi", event, state=Talk.State.CONFIRMED)
    cast.volunteering("gin", event)
    cast.registered("dan", event)
    cast.member("chie", Role.PROGRAMME)
    cast.member("finn", Role.VOLUNTEERS)
    return event


def desk(event: Event, path: str = "") -> str:
    return f"/desk/events/{event.public_id}/messages/{path}"


def send(event: Event, who: str, *groups: str, **more: Any) -> Any:
    return cast.signed_in(who).post(desk(event, "new/"), {**TEXTS, "groups": groups, **more})


def read(event: Event, who: str, path: str = "") -> str:
    answer = cast.signed_in(who).get(desk(event, path))
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("who", STAFF)
def test_the_form_offers_those_they_look_after_alone(event: Event, who: str) -> None:
    mine, other = STAFF[who]
    page = read(event, who, "new/")
    assert f'value="{mine}"' in page
    for absent in (other, "confirmed", "waitlisted", "applied"):
        assert f'value="{absent}"' not in page
    for field in ("slots", "arrived", "chosen", "unanswered"):
        assert f'name="{field}"' not in page


@pytest.mark.parametrize("who", STAFF)
def test_they_write_to_them(event: Event, who: str) -> None:
    mine, _other = STAFF[who]
    assert send(event, who, mine).status_code == 302
    message = Message.objects.get()
    assert Audience.of(message.audience) == Audience(speakers=mine == "speakers", volunteers=mine == "volunteers")
    assert "集合時間" in read(event, who)
    assert "集合時間" in read(event, who, f"{message.pk}/")


@pytest.mark.in_short(3)
@pytest.mark.parametrize("who", STAFF)
@pytest.mark.parametrize("group", ["other", "confirmed", "waitlisted", "applied"])
def test_another_group_is_refused(event: Event, who: str, group: str) -> None:
    mine, other = STAFF[who]
    group = other if group == "other" else group
    for groups in ([group], [mine, group]):
        assert send(event, who, *groups).status_code == 422
    assert not Message.objects.exists()


@pytest.mark.parametrize(("who", "group"), [("chie", "confirmed"), ("finn", "confirmed"), ("chie", "volunteers")])
def test_the_table_is_what_refuses(event: Event, who: str, group: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with another line in the table the same form is taken."""
    monkeypatch.setitem(responsible_for.NEEDS, group, Permission.WRITE_MESSAGES)
    assert send(event, who, group).status_code == 302
    assert Message.objects.count() == 1


@pytest.mark.parametrize("fields", [{"unanswered": "on"}, {"slots": "x"}, {"arrived": "yes"}])
def test_fields_that_pick_among_attendees_do_nothing(event: Event, fields: dict[str, str]) -> None:
    send(event, "chie", "speakers", **fields)
    assert Audience.of(Message.objects.get().audience) == Audience(speakers=True)


def test_people_picked_by_hand_are_refused(event: Event) -> None:
    chosen = str(event.registrations.get(attendee=cast.person("dan")).pk)
    assert send(event, "chie", chosen=chosen).status_code == 422
    assert not Message.objects.exists()


def test_what_others_wrote_to_others_is_not_theirs(event: Event) -> None:
    later = {"when": "later", "send_at": "2026-12-01T10:00"}
    send(event, "aiko", "confirmed", "speakers", subject_ja="全員へ", **later)
    send(event, "aiko", "volunteers", subject_ja="ボランティアへ")
    to_all, to_volunteers = Message.objects.order_by("pk")
    for who, found in (("chie", []), ("finn", [to_volunteers])):
        page = read(event, who)
        for one in (to_all, to_volunteers):
            assert (one.texts["ja"]["subject"] in page) == (one in found)
            for path in ("", "words/"):
                answer = cast.signed_in(who).get(desk(event, f"{one.pk}/{path}"))
                assert (answer.status_code == 404) == (one not in found), (who, one, path)
            if one not in found:
                for path in ("withdrawal/", "stop/"):
                    assert cast.signed_in(who).post(desk(event, f"{one.pk}/{path}")).status_code == 404
        copy = read(event, who, f"new/?copy={to_all.pk}")
        assert "全員へ" not in copy
    send(event, "chie", "speakers", replaces=str(to_all.pk))
    to_all.refresh_from_db()
    assert to_all.state == Message.State.SCHEDULED


def test_they_take_back_their_own_and_not_the_others(event: Event) -> None:
    send(event, "chie", "speakers")
    send(event, "aiko", "confirmed")
    theirs, others = Undo.objects.order_by("pk")
    bar = f"/desk/events/{event.public_id}/undo/"
    page = read(event, "chie")
    assert f"{bar}{theirs.pk}/" in page
    assert f"{bar}{others.pk}/" not in page
    assert f"{bar}{others.pk}/" in read(event, "aiko")
    chie = cast.signed_in("chie")
    assert chie.post(f"{bar}{others.pk}/", {"intent": "undo"}).status_code == 404
    assert cast.signed_in("finn").post(f"{bar}{theirs.pk}/", {"intent": "undo"}).status_code == 404
    chie.post(f"{bar}{theirs.pk}/", {"intent": "undo"})
    assert Message.objects.get(audience__speakers=True).state == Message.State.DRAFT


def test_the_log_of_all_mails_stays_with_organizers(event: Event) -> None:
    assert "Message log" in read(event, "aiko")
    page = read(event, "chie")
    assert "Message log" not in page
    assert "No messages yet" in page
    assert "@example.org" not in page
    assert "ダン" not in read(event, "chie", "?q=dan@example.org")


def test_reception_writes_to_no_one(event: Event) -> None:
    cast.member("ken", Role.RECEPTION)
    for path in ("", "new/"):
        assert cast.signed_in("ken").get(desk(event, path)).status_code == 404


def test_as_many_statements_for_three_messages_as_for_one(event: Event) -> None:
    counts = []
    for subject in ("一", "二", "三"):
        send(event, "chie", "speakers", subject_ja=subject)
        if subject == "二":
            continue
        chie = cast.signed_in("chie")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            chie.get(desk(event))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 12
