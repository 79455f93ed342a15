"""Things to do for an event: the page, the turns of the overview, and the one mail about what is late."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetups.accounts.models import User
from meetups.communities.models import Community, Membership
from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.actions.copy_event import copy_event
from meetups.lifecycle.actions.erase_person import erase_person
from meetups.lifecycle.actions.team.remove_member import remove_member
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.runbook.models import Todo
from meetups.runbook.tasks import chase_late_todos
from meetups.runbook.things import MOST_TODOS
from tests.support import cast
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def aiko() -> Client:
    cast.community()
    cast.member("ben", Role.ORGANIZER)
    return cast.signed_in("aiko")


def mine(name: str) -> Membership:
    return Membership.objects.get(person=cast.person(name))


def in_english(name: str) -> None:
    User.objects.filter(pk=cast.person(name).pk).update(language="en")


def todo(event: Event, title: str = "会場を予約する", days: int = -10, owner: str = "", **more: Any) -> Todo:
    return Todo.objects.create(event=event, title=title, days=days, owner=mine(owner) if owner else None, **more)


def url(event: Event, path: str = "") -> str:
    return f"/desk/events/{event.public_id}/todos/{path}"


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html.replace("<wbr>", ""))).strip()


def rows(desk: Client, event: Event, query: str = "") -> list[str]:
    page = desk.get(url(event) + query).content.decode()
    found = re.search(r'<ul class="rows todos">.*?</ul>', page, re.DOTALL)
    return [words(row) for row in re.findall(r"<li.*?</li>", found[0], re.DOTALL)] if found else []


def morning_after(event: Event, days: int) -> datetime:
    """Nine in the morning after the day, in Tokyo."""
    start = event.starts_at + days * DAY
    return start.replace(hour=0, minute=0) + DAY


class TestThePage:
    def test_an_empty_list_offers_the_usual_things(self, aiko: Client) -> None:
        event = cast.event()
        assert "Start with the usual things" in aiko.get(url(event)).content.decode()
        assert aiko.post(url(event, "usual/")).status_code == 302
        assert [one.title for one in Todo.objects.filter(event=event).order_by("days", "pk")][1] == "イベントを告知する"
        assert aiko.post(url(event, "usual/")).status_code == 302
        assert len(rows(aiko, event)) == 8, "a second time adds nothing"
        online = cast.online_event()
        aiko.post(url(online, "usual/"))
        titles = {one.title for one in online.todos.all()}
        assert "会場を予約する" not in titles
        assert "配信とリンクを準備する" in titles

    def test_what_the_usual_list_would_have_asked_earlier_is_due_today(self, aiko: Client) -> None:
        event = cast.event()
        aiko.post(url(event, "usual/"))
        [booking] = event.todos.filter(title="会場を予約する")
        assert booking.day == cast.NOW.astimezone(event.zone).date()
        assert not booking.is_late(cast.NOW)

    def test_one_is_added_changed_and_removed(self, aiko: Client) -> None:
        event = cast.event()
        new = {"title": " 司会を  決める", "owner": mine("ben").pk, "days": 5, "side": "before"}
        assert aiko.post(url(event), new).status_code == 302
        assert aiko.post(url(event), new).status_code == 302, "a second time adds nothing"
        [one] = event.todos.all()
        assert (one.title, one.owned_by, one.days) == ("司会を 決める", cast.person("ben"), -5)
        assert rows(aiko, event) == ["Nov 30 司会を 決める 5 days before ベン"]
        changed = {**new, "title": "司会を頼む", "owner": "", "days": 1, "side": "after"}
        assert aiko.post(url(event, f"{one.pk}/"), changed).status_code == 302
        assert rows(aiko, event) == ["Dec 6 司会を頼む 1 day after No one yet"]
        assert aiko.post(url(event, f"{one.pk}/removal/")).status_code == 302
        assert aiko.post(url(event, f"{one.pk}/removal/")).status_code == 404
        assert rows(aiko, event) == []

    @pytest.mark.parametrize(
        "wrong", [{"title": " "}, {"days": -1}, {"days": 366}, {"days": "x"}, {"side": "x"}, {"owner": 999_999}]
    )
    def test_what_cannot_be_is_refused_and_nothing_is_lost(self, aiko: Client, wrong: dict[str, Any]) -> None:
        event = cast.event()
        answer = aiko.post(url(event), {"title": "司会を決める", "owner": "", "days": 5, "side": "before", **wrong})
        assert answer.status_code == 422
        assert "open" in answer.content.decode()
        assert not event.todos.exists()

    def test_the_team_of_another_community_and_check_in_staff_are_no_owners(self, aiko: Client) -> None:
        event = cast.event()
        cast.community(slug="other", name="別の会", owner="finn")
        cast.member("chie", Role.RECEPTION)
        page = aiko.get(url(event)).content.decode()
        for name in ("finn", "chie"):
            assert f'value="{mine(name).pk}"' not in page
            new = {"title": "司会を決める", "owner": mine(name).pk, "days": 5, "side": "before"}
            assert aiko.post(url(event), new).status_code == 422

    def test_a_list_has_an_end(self, aiko: Client) -> None:
        event = cast.event()
        for number in range(MOST_TODOS):
            todo(event, f"{number}")
        answer = aiko.post(url(event), {"title": "もう一つ", "days": 5, "side": "before"})
        assert answer.status_code == 409
        assert "at most 60 things" in answer.content.decode()

    def test_what_is_late_stands_first(self, aiko: Client) -> None:
        event = cast.event()
        todo(event, "司会を決める", days=-5)
        todo(event, "会場を予約する", days=-18)
        first, second = rows(aiko, event)
        assert first.startswith("3 days late 会場を予約する")
        assert second.startswith("Nov 30 司会を決める")
        page = aiko.get(url(event)).content.decode()
        assert re.search(r'class="number"\s+data-tone="late"\s*>0/2<', page)

    def test_done_is_a_form_without_scripts_and_a_part_of_the_page_with(self, aiko: Client) -> None:
        event = cast.event()
        one = todo(event)
        done = aiko.post(url(event, f"{one.pk}/mark/"), {"done": "1", "show": ""})
        assert (done.status_code, done.headers["Location"]) == (302, url(event))
        one.refresh_from_db()
        assert (one.done_at, one.done_by) == (cast.NOW, cast.person("aiko"))
        with time_machine.travel(cast.NOW + DAY, tick=False):
            aiko.post(url(event, f"{one.pk}/mark/"), {"done": "1"})
        one.refresh_from_db()
        assert one.done_at == cast.NOW, "the first who said so counts"
        assert rows(aiko, event) == []
        [row] = rows(aiko, event, "?show=done")
        assert "done by 愛子" in row
        opened = aiko.post(url(event, f"{one.pk}/mark/"), {"done": "0", "show": "done"}, headers={"HX-Request": "true"})
        assert opened.status_code == 200
        assert "<html" not in opened.content.decode()
        assert "Nothing here." in opened.content.decode()
        assert event.todos.filter(done_at=None, done_by=None).exists()

    def test_filters_count_the_whole_list(self, aiko: Client) -> None:
        event = cast.event()
        todo(event, "一", owner="aiko")
        todo(event, "二", owner="ben")
        todo(event, "三")
        todo(event, "四", done_at=cast.NOW)
        page = aiko.get(url(event) + "?show=mine").content.decode()
        [filters] = re.findall(r'<nav class="todo-filters".*?</nav>', page, re.DOTALL)
        assert words(filters) == "To do 3 You 1 Others 1 No one yet 1 Done 1"
        assert [row.split()[2] for row in rows(aiko, event, "?show=mine")] == ["一"]
        assert len(rows(aiko, event, "?show=nothing-of-that-name")) == 3

    def test_queries_do_not_grow(self, aiko: Client) -> None:
        event = cast.event()

        def queries() -> int:
            with CaptureQueriesContext(connection) as seen:
                assert aiko.get(url(event)).status_code == 200
            return len(seen)

        todo(event, "0", owner="aiko")
        one = queries()
        for number in range(1, 50):
            todo(event, str(number), owner="ben", done_at=cast.NOW if number % 2 else None)
        assert queries() == one <= 10

    def test_history_says_who_did_what(self, aiko: Client) -> None:
        event = cast.event()
        one = todo(event)
        aiko.post(url(event, f"{one.pk}/mark/"), {"done": "1"})
        assert "marked a thing to do as done" in aiko.get(f"/desk/events/{event.public_id}/").content.decode()


@pytest.mark.parametrize("wrong", [{"days": 366}, {"title": ""}, {"done_at": None, "done_by_id": 1}])
def test_the_database_refuses_what_can_never_be(aiko: Client, wrong: dict[str, Any]) -> None:
    one = todo(cast.event())
    if "done_by_id" in wrong:
        wrong["done_by_id"] = cast.person("aiko").pk
    with pytest.raises(IntegrityError), transaction.atomic():
        Todo.objects.filter(pk=one.pk).update(**wrong)


@pytest.mark.parametrize(
    ("zone", "days", "day", "chased"),
    [
        ("Asia/Tokyo", -4, "2026-12-01", "2026-12-02T00:00"),
        ("Asia/Tokyo", 0, "2026-12-05", "2026-12-06T00:00"),
        ("Asia/Tokyo", 3, "2026-12-08", "2026-12-09T00:00"),
        # The clocks of Los Angeles went back on Nov 1: the event is at 21:00 on Dec 4 there.
        ("America/Los_Angeles", -34, "2026-10-31", "2026-11-01T17:00"),
        ("America/Los_Angeles", -40, "2026-10-25", "2026-10-26T16:00"),
    ],
)
def test_its_day_is_one_of_the_calendar_of_the_event(zone: str, days: int, day: str, chased: str) -> None:
    event = cast.event(time_zone=zone)
    one = todo(event, days=days)
    assert one.day.isoformat() == day
    assert f"{one.chase_at:%Y-%m-%dT%H:%M}" == chased
    last, next_ = one.due_at, one.due_at + timedelta(minutes=1)
    for at in (last, next_):
        assert one.is_late(at) == Todo.objects.late(event, at).exists() == (at == next_)


class TestChasing:
    """One mail, once, on the morning after its day."""

    def mails(self, sink: MailSink, name: str, at: datetime) -> list[str]:
        chase_late_todos(at)
        deliver(at=at + timedelta(minutes=10))
        return [str(mail.get("Subject")) for mail in sink.to(f"{name}@example.org")]

    def test_the_owner_is_reminded_once(self, aiko: Client, mail_sink: MailSink) -> None:
        event = cast.event()
        in_english("ben")
        one = todo(event, days=-5, owner="ben")
        morning = morning_after(event, -5)
        assert self.mails(mail_sink, "ben", morning - timedelta(minutes=1)) == []
        assert self.mails(mail_sink, "ben", morning) == ["To do: 会場を予約する"]
        one.refresh_from_db()
        assert one.chased_at == morning
        for later in (timedelta(minutes=1), DAY, 3 * DAY):
            assert len(self.mails(mail_sink, "ben", morning + later)) == 1
        assert Notification.objects.filter(kind="todos_late").count() == 1
        with time_machine.travel(morning, tick=False):
            assert "reminded" in rows(cast.signed_in("aiko"), event)[0]

    def test_several_of_a_day_are_one_mail(self, aiko: Client, mail_sink: MailSink) -> None:
        event = cast.event()
        in_english("ben")
        for title in ("会場を予約する", "司会を決める"):
            todo(event, title, days=-5, owner="ben")
        todo(event, "告知する", days=-5, owner="aiko")
        assert self.mails(mail_sink, "ben", morning_after(event, -5)) == [f"2 things to do: {event.title}"]

    def test_what_no_one_has_taken_goes_to_the_owners(self, aiko: Client, mail_sink: MailSink) -> None:
        event = cast.event()
        in_english("aiko")
        todo(event, days=-5)
        assert self.mails(mail_sink, "aiko", morning_after(event, -5)) == ["To do: 会場を予約する"]
        assert mail_sink.to("ben@example.org") == []

    def test_what_an_owner_who_left_had_goes_to_the_owners(self, aiko: Client, mail_sink: MailSink) -> None:
        event = cast.event()
        in_english("aiko")
        one = todo(event, days=-5, owner="ben")
        remove_member(membership=mine("ben"), at=cast.NOW, by=cast.person("aiko"))
        one.refresh_from_db()
        assert one.owner is None
        assert self.mails(mail_sink, "aiko", morning_after(event, -5)) == ["To do: 会場を予約する"]

    def test_what_check_in_staff_had_as_organizers_goes_to_the_owners(self, aiko: Client, mail_sink: MailSink) -> None:
        event = cast.event()
        in_english("aiko")
        todo(event, days=-5, owner="ben")
        Membership.objects.filter(person=cast.person("ben")).update(role=Role.RECEPTION)
        assert self.mails(mail_sink, "aiko", morning_after(event, -5)) == ["To do: 会場を予約する"]
        assert mail_sink.to("ben@example.org") == []

    @pytest.mark.parametrize("why", ["done", "draft", "canceled", "over", "resting"])
    def test_no_one_is_reminded_of_it(self, aiko: Client, mail_sink: MailSink, why: str) -> None:
        event = cast.event(publish=why != "draft")
        one = todo(event, days=0 if why == "over" else -5, owner="ben")
        if why == "done":
            Todo.objects.update(done_at=cast.NOW)
        if why == "canceled":
            Event.objects.update(state=Event.State.CANCELLED, cancelled_at=cast.NOW)
        if why == "resting":
            Community.objects.update(resting_since=cast.NOW, resting_words="お休み中です。")
        assert self.mails(mail_sink, "ben", one.chase_at + timedelta(hours=1)) == []
        one.refresh_from_db()
        assert one.chased_at is None

    def test_a_mail_that_waits_is_dropped_when_it_is_done(self, aiko: Client, mail_sink: MailSink) -> None:
        event = cast.event()
        todo(event, days=-5, owner="ben")
        morning = morning_after(event, -5)
        chase_late_todos(morning)
        Todo.objects.update(done_at=morning)
        deliver(at=morning + timedelta(minutes=10))
        assert mail_sink.to("ben@example.org") == []

    def test_an_event_that_moves_takes_its_days_along(self, aiko: Client, mail_sink: MailSink) -> None:
        event = cast.event()
        todo(event, days=-5, owner="ben")
        fields: dict[str, object] = {"starts_at": event.starts_at + 7 * DAY, "ends_at": event.ends_at + 7 * DAY}
        change_event(event=event, fields=fields, at=cast.NOW, by=cast.person("aiko"))
        assert Todo.objects.get().day.isoformat() == "2026-12-07"
        chase_late_todos(cast.STARTS_AT - 3 * DAY)
        assert not Notification.objects.filter(kind="todos_late").exists()


class TestCopies:
    def test_the_list_comes_along_undone_with_owners_who_may_still(self, aiko: Client) -> None:
        source = cast.event()
        cast.member("chie", Role.ORGANIZER)
        todo(source, "一", days=-42, owner="ben", done_at=cast.NOW, done_by=cast.person("ben"), chased_at=cast.NOW)
        todo(source, "二", days=2, owner="chie")
        Membership.objects.filter(person=cast.person("chie")).update(role=Role.RECEPTION)
        day = (cast.STARTS_AT + 28 * DAY).date()
        [copy] = copy_event(source=source, days=[day], request="x", at=cast.NOW, by=cast.person("aiko"))
        one, two = copy.todos.order_by("pk")
        assert (one.owned_by, one.days, one.done_at, one.done_by, one.chased_at) == (
            *(cast.person("ben"), -42),
            *(None, None, None),
        )
        assert (one.day - source.todos.order_by("pk")[0].day).days == 28
        assert two.owner is None


def test_an_erased_owner_is_owner_no_more(aiko: Client) -> None:
    event = cast.event()
    one = todo(event, owner="ben", done_at=cast.NOW, done_by=cast.person("ben"))
    erase_person(address="ben@example.org", at=cast.NOW)
    one.refresh_from_db()
    assert (one.owner, one.done_at) == (None, cast.NOW)
