"""The programme: order and times at the desk, lines that do not fit, and the people who are told."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import pgettext

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.speakers.actions.programme.add_break import add_break
from meetups.speakers.actions.talks.withdraw_talk import withdraw_talk
from meetups.speakers.models import Break, CoSpeaker, Talk
from meetups.speakers.programme.items import order_of
from meetups.speakers.programme.timetable import timetable
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_plan import ShiftPlan
from tests.support import cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("at_now")]


@pytest.fixture
def event() -> Event:
    """Emi speaks from 14:00 to 14:20 in Tokyo, Finn from 14:20 to 14:40; Dan has not confirmed. The event ends at 16:30."""
    event = cast.event()
    cast.talk("emi", event, title="一つ目")
    cast.talk("finn", event, title="二つ目")
    cast.talk("dan", event, title="三つ目", state=Talk.State.ACCEPTED)
    return event


def url(event: Event, path: str = "") -> str:
    return f"/desk/events/{event.public_id}/programme/{path}"


def page(client: Client, event: Event, path: str = "") -> str:
    """The visible text of the page, in one line."""
    html = client.get(url(event, path)).content.decode().replace("<wbr>", "")
    return " ".join(strip_tags(html.partition("<main")[2]).split())


def titles(event: Event) -> list[str]:
    return [item.line.title for item in timetable(event)]


def pause(event: Event, title: str = "開会", *, minutes: int = 10, place: int | None = 0) -> Break:
    return add_break(event=event, title=title, minutes=minutes, place=place, at=cast.NOW, by=cast.person("aiko"))


def order(event: Event, *wanted: str, seen: list[str] | None = None, **more: str) -> dict[str, Any]:
    """The form of the list, with its lines in the order of the titles in `wanted`."""
    subjects = {item.line.title: item.line.subject for item in timetable(event)}
    lines = [subjects[title] for title in wanted] if wanted else list(subjects.values())
    return {"line": lines, "seen": " ".join(seen or order_of(timetable(event))), **more}


def sent(after: timedelta = timedelta(minutes=31)) -> list[str]:
    """The people who were told that a talk moved, after all mails that are due until then were sent."""
    deliver(at=cast.NOW + after)
    rows = Notification.objects.filter(kind="talk_moved", state=Notification.State.SENT).order_by("recipient__email")
    return [row.recipient.email.partition("@")[0] for row in rows if row.recipient]


def entry_in(calendar: bytes) -> Any:
    [entry] = icalendar.Calendar.from_ical(calendar).walk("VEVENT")
    return entry


def test_usual_lines_stand_where_they_usually_stand_and_speak_the_language_of_the_event(
    desk: Client, event: Event
) -> None:
    for usual in ("networking", "break", "opening"):
        desk.post(url(event, "breaks/"), {"usual": usual})
    with translation.override("ja"):
        names = {name: pgettext("programme", name) for name in ("Opening", "Break", "Networking")}
    assert titles(event) == [names["Opening"], "一つ目", names["Break"], "二つ目", names["Networking"]]
    shown = page(desk, event)
    assert "2:00 PM 10 min" in shown
    assert re.search(r"2:10 PM 20 min.{0,40}一つ目.*2:30 PM 10 min.*2:40 PM 20 min.{0,40}二つ目", shown)
    assert "The program ends at 3:30 PM and leaves 60 minutes until the event ends (4:30 PM)." in shown


def test_what_was_typed_wrong_comes_back(desk: Client, event: Event) -> None:
    answer = desk.post(url(event, "breaks/"), {"title": "ライブ配信の準備", "minutes": "0"})
    assert answer.status_code == 422
    assert 'value="ライブ配信の準備"' in answer.content.decode()
    assert not event.breaks.exists()


def test_buttons_move_a_line_a_step(desk: Client, event: Event) -> None:
    pause(event)
    subject = Talk.objects.get(title="二つ目").subject
    answer = desk.post(url(event, "order/"), order(event, move=f"{subject} up"), follow=True)
    assert "“二つ目” is number 2 of 3, at 2:10 PM." in answer.content.decode()
    assert titles(event) == ["開会", "二つ目", "一つ目"]
    desk.post(url(event, "order/"), order(event, move=f"{subject} down"))
    assert titles(event) == ["開会", "一つ目", "二つ目"]
    for nonsense in ("", "x", f"{subject} sideways", "talk:0 up"):
        form = {"seen": "", "move": nonsense} if nonsense == "" else order(event, move=nonsense)
        assert desk.post(url(event, "order/"), form).status_code == 400


def test_an_order_of_an_old_list_is_refused_and_nothing_is_lost(desk: Client, event: Event) -> None:
    stale = order(event, "二つ目", "一つ目")
    pause(event)
    answer = desk.post(url(event, "order/"), stale)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "was changed elsewhere in the meantime" in html
    # The page's next request names the present list.
    assert f'name="seen" value="{" ".join(order_of(timetable(event)))}"' in html
    assert titles(event) == ["開会", "一つ目", "二つ目"]
    # Lines of another event are refused, and so is a list with missing lines.
    other = pause(cast.event(title="別の会"))
    for lines in (["break:1"], [*order_of(timetable(event)), other.subject]):
        now = " ".join(order_of(timetable(event)))
        assert desk.post(url(event, "order/"), {"line": lines, "seen": now}).status_code == 409
    assert titles(event) == ["開会", "一つ目", "二つ目"]
    assert desk.get(url(event, f"breaks/{other.pk}/")).status_code == 404


def test_a_talk_that_is_confirmed_later_comes_before_the_closing(event: Event) -> None:
    pause(event)
    pause(event, "閉会", place=None)
    cast.talk("ben", event, title="四つ目")
    assert titles(event) == ["開会", "一つ目", "二つ目", "四つ目", "閉会"]
    assert sent() == ["emi", "finn"]


def test_two_organizers_at_one_line_do_not_undo_each_other(desk: Client, event: Event) -> None:
    line = pause(event)
    opened = {"initial-title": "開会", "initial-minutes": "10", "initial-note": ""}
    desk.post(url(event, f"breaks/{line.pk}/"), {"title": "開会", "minutes": "10", "note": "拍手で", **opened})
    desk.post(url(event, f"breaks/{line.pk}/"), {"title": "開会", "minutes": "15", "note": "", **opened})
    line.refresh_from_db()
    assert (line.minutes, line.note) == (15, "拍手で")
    assert "拍手で" not in Client().get(f"/events/{event.public_id}/").content.decode()
    desk.post(url(event, f"breaks/{line.pk}/removal/"))
    assert titles(event) == ["一つ目", "二つ目"]


def test_what_does_not_fit_is_said_on_its_line(desk: Client) -> None:
    teardown = ShiftPlan(
        Shift.Phase.EVENT,
        Shift.Role.OTHER,
        "配信",
        cast.STARTS_AT,
        cast.STARTS_AT + timedelta(minutes=10),
        1,
        2,
    )
    event = cast.event(shifts=[teardown])
    mine = cast.talk("emi", event, title="一つ目", minutes=140)
    cast.talk("finn", event, title="二つ目")
    cast.volunteering("emi", event)
    at_the_same_time = cast.event(title="隣の会", starts_at=cast.STARTS_AT - timedelta(minutes=30))
    cast.talk("finn", at_the_same_time, title="よそ", minutes=240)
    CoSpeaker.objects.create(
        talk=mine, person=cast.person("dan"), address="dan@example.org", language="ja", state=CoSpeaker.State.JOINED,
        asked_at=cast.NOW, joined_at=cast.NOW,
    )  # fmt: skip
    shown = page(desk, event)
    assert "絵美, ダン" in shown or "絵美、ダン" in shown
    assert "絵美 has a shift at this time: 配信, 2:00–2:10 PM." in shown
    assert "フィン speaks at “隣の会” at this time, 1:30–5:30 PM." in shown
    assert "Runs 10 min past the end of the event." in shown
    assert "The program ends at 4:40 PM, 10 minutes after the event (4:30 PM)." in shown
    # If the talk is at another time than the shift, there is no warning.
    desk.post(url(event, "order/"), order(event, "二つ目", "一つ目"))
    assert "has a shift at this time" not in page(desk, event)


def test_what_people_do_in_other_communities_is_not_named_to_organizers(desk: Client, event: Event) -> None:
    others = cast.community(slug="closed", name="内輪の会", owner="finn")
    shift = ShiftPlan(
        Shift.Phase.EVENT, Shift.Role.OTHER, "内輪の受付", cast.STARTS_AT, cast.STARTS_AT + timedelta(minutes=10), 1, 2
    )
    there = cast.event(of=others, title="内輪だけの夜", shifts=[shift], visibility=Event.Visibility.MEMBERS)
    cast.volunteering("emi", there)
    cast.talk("finn", there, title="秘密の話", minutes=240)
    shown = page(desk, event)
    assert "絵美 has a shift at this time: a shift of another community, 2:00–2:10 PM." in shown
    assert "フィン speaks at an event of another community at this time, 2:00–6:00 PM." in shown
    assert "内輪" not in shown


def test_who_has_not_confirmed_is_named_below(desk: Client, event: Event) -> None:
    shown = page(desk, event)
    assert re.search(r"Not confirmed yet 三つ目 ダン", shown)
    # 110 minutes are left.
    assert "they need 20 minutes, and there’s room for that" in shown
    Talk.objects.filter(title="三つ目").update(minutes=120)
    assert "they need 120 minutes: 10 more than is left" in page(desk, event)


class TestSpeakersAreTold:
    def test_once_half_an_hour_after_the_first_change_and_with_what_holds_then(
        self, desk: Client, event: Event
    ) -> None:
        # Earlier messages leave first.
        deliver(at=cast.NOW)
        desk.post(url(event, "breaks/"), {"title": "開会", "minutes": "10"})
        opening = Break.objects.get()
        desk.post(url(event, "order/"), order(event, "開会", "二つ目", "一つ目"))
        desk.post(url(event, f"breaks/{opening.pk}/"), {"title": "開会", "minutes": "20", "note": ""})
        assert sent(timedelta(minutes=1)) == []
        assert sent() == ["emi"]
        [told] = [one for one in mail.outbox if one.to == ["emi@example.org"] and "14:40" in one.subject]
        assert "14:40〜15:00" in told.body
        [file] = told.attachments
        entry = entry_in(file.get_content())
        assert str(entry["uid"]) == f"{event.public_id}-talk-{Talk.objects.get(title='一つ目').pk}@testserver"
        assert entry["dtstart"].dt == event.starts_at + timedelta(minutes=40)
        event.refresh_from_db()
        assert entry["sequence"] == event.sequence > 0

    def test_nothing_where_it_was_moved_back(self, desk: Client, event: Event) -> None:
        desk.post(url(event, "order/"), order(event, "二つ目", "一つ目"))
        assert Notification.objects.filter(kind="talk_moved").count() == 2
        desk.post(url(event, "order/"), order(event, "一つ目", "二つ目"))
        assert sent() == []
        # The next change is compared with the times that speakers know.
        desk.post(url(event, "order/"), order(event, "二つ目", "一つ目"))
        assert sent(timedelta(minutes=62)) == ["emi", "finn"]

    def test_of_another_length_but_not_of_a_few_minutes(self, desk: Client, event: Event) -> None:
        talk = Talk.objects.get(title="一つ目")
        desk.post(url(event, f"talks/{talk.pk}/"), {"minutes": "24", "note": ""})
        assert sent() == []
        desk.post(url(event, f"talks/{talk.pk}/"), {"minutes": "14", "note": ""})
        assert sent(timedelta(minutes=62)) == ["emi", "finn"]

    def test_when_another_speaker_withdraws(self, event: Event) -> None:
        withdraw_talk(talk=Talk.objects.get(title="一つ目"), at=cast.NOW, by=cast.person("emi"))
        assert sent() == ["finn"]

    def test_not_of_a_draft_nor_by_herself_nor_when_the_whole_event_moves(self, desk: Client, event: Event) -> None:
        talk = cast.talk("aiko", event, title="主催者")
        Event.objects.filter(pk=event.pk).update(starts_at=cast.STARTS_AT + timedelta(minutes=30))
        desk.post(url(event, "order/"), order(event, "一つ目", "主催者", "二つ目"))
        assert sent() == ["finn"]
        Event.objects.filter(pk=event.pk).update(state=Event.State.DRAFT)
        desk.post(url(event, f"talks/{talk.pk}/"), {"minutes": "60", "note": ""})
        assert sent(timedelta(minutes=62)) == ["finn"]


class TestEverywhere:
    def test_on_the_page_with_its_breaks_for_search_engines_only_its_talks(self, event: Event) -> None:
        pause(event)
        html = Client().get(f"/events/{event.public_id}/", headers={"Accept-Language": "en"}).content.decode()
        section = " ".join(strip_tags(html.partition('id="programme"')[2]).split())
        assert re.search(r"2:00 PM 開会 2:10 PM 一つ目 絵美", section)
        [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
        parts = json.loads(data)["subEvent"]
        assert [part["name"] for part in parts] == ["一つ目", "二つ目"]
        assert parts[0]["startDate"] == "2026-12-05T14:10:00+09:00"
        assert parts[0]["performer"] == [{"@type": "Person", "name": "絵美"}]

    def test_in_calendars(self, event: Event) -> None:
        pause(event)
        file = Client().get(f"/events/{event.public_id}/calendar.ics").content.decode().replace("\r\n ", "")
        assert "14:00 開会\\n14:10 一つ目" in file

    def test_calendars_know_that_what_they_have_is_old(self, event: Event) -> None:
        def entry() -> tuple[int, datetime, str]:
            file = Client().get(f"/events/{event.public_id}/calendar.ics").content
            found = entry_in(file)
            return found["sequence"], found["dtstamp"].dt, str(found["description"])

        _first, second, third = Talk.objects.order_by("pk")
        seen = [entry()]
        for who, path in (
            ("aiko", url(event, "breaks/")),
            ("dan", f"/talks/{third.pk}/confirmation/"),
            ("finn", f"/talks/{second.pk}/withdrawal/"),
        ):
            with time_machine.travel(cast.NOW + timedelta(hours=len(seen)), tick=False):
                cast.signed_in(who).post(path, {"title": "開会", "minutes": "10"})
            seen.append(entry())
        for revisions in zip(*seen, strict=True):
            assert len(set(revisions)) == 4, revisions

    def test_in_the_speakers_mails(self, event: Event) -> None:
        pause(event)
        deliver(at=cast.NOW)
        [seat] = [one for one in mail.outbox if one.to == ["finn@example.org"] and "二つ目" in one.body][-1:]
        assert "14:30〜14:50 JST 二つ目" in seat.body


def test_the_mc_sees_now_next_and_the_time_left(event: Event) -> None:
    line = pause(event)
    Break.objects.filter(pk=line.pk).update(note="非常口の案内")
    cast.member("chie", Role.RECEPTION)
    chie = cast.signed_in("chie")
    assert "14:00" not in page(chie, event, "run/")
    with time_machine.travel(cast.STARTS_AT + timedelta(minutes=4, seconds=30), tick=False):
        shown = page(chie, event, "run/")
    assert re.search(r"Now 開会 6 minutes left, until 2:10 PM .*非常口の案内 Next 2:10 PM 一つ目 絵美", shown)
    with time_machine.travel(datetime(2026, 12, 5, 6, tzinfo=UTC), tick=False):
        assert "The program is over." in page(chie, event, "run/")


def test_her_registration_says_when_she_speaks(event: Event) -> None:
    html = cast.signed_in("finn").get(f"/events/{event.public_id}/registration/").content.decode()
    assert re.search(r"2:20–2:40 PM · 20 minutes", " ".join(strip_tags(html).split()))


def test_a_speaker_sees_her_own_time(event: Event) -> None:
    pause(event)
    finn = cast.signed_in("finn")
    assert "2:30–2:50 PM · 20 minutes" in _line_of(finn, f"/events/{event.public_id}/", "duties")
    assert "2:30–2:50 PM" in _line_of(finn, "/me/", "my-talks")


def _line_of(client: Client, url: str, part: str) -> str:
    """The visible text from `part` on, in one line."""
    html = client.get(url).content.decode().replace("<wbr>", "")
    return " ".join(strip_tags(html.partition(f'"{part}"')[2]).split())[:200]


@pytest.mark.parametrize("events", [1, 3])
def test_her_page_asks_the_same_whatever_the_number_of_her_talks(events: int, django_assert_num_queries: Any) -> None:
    for _event in range(events):
        cast.talk("emi", cast.event())
    emi = cast.signed_in("emi")
    with django_assert_num_queries(12):
        emi.get("/me/")


@pytest.mark.in_short(1)
@pytest.mark.parametrize("lines", [1, 6])
def test_the_same_queries_whatever_the_length(desk: Client, lines: int) -> None:
    event = cast.event()
    for guest in cast.people(lines):
        cast.talk(guest, event)
        pause(event, place=None)
    with CaptureQueriesContext(connection) as queries:
        page(desk, event)
    assert len(queries) == 9
    with CaptureQueriesContext(connection) as queries:
        page(desk, event, "run/")
    assert len(queries) == 6
