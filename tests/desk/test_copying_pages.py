"""Copying an event at the dashboard: the days, the sheet of what came along, what to look at, publishing."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetups.communities.permissions import Role
from meetups.core.texts.plain_text import as_text
from meetups.events.models import Event
from meetups.lifecycle.copies.copied_parts import COPIED
from meetups.lifecycle.invariants import breaches
from meetups.notifications.models import Notification, Preference, Topic
from meetups.registrations.models import Lottery
from meetups.speakers.models import SpeakerInvitation
from tests.support import cast
from tests.support.scenes.copy_scene import full_event

pytestmark = pytest.mark.django_db(transaction=True)
JANUARY, FEBRUARY = "2027-01-16", "2027-02-20"
MOST_QUERIES = 12


@pytest.fixture
def desk() -> Iterator[Client]:
    cast.community()
    with time_machine.travel(cast.NOW, tick=False):
        yield cast.signed_in("aiko")


def days(desk: Client, source: Event, *chosen: str, intent: str = "make", once: str = "once") -> Any:
    fields = {"day": list(chosen), "intent": intent, "once": once}
    return desk.post(f"/desk/events/{source.public_id}/copy/", fields)


def sheet_of(desk: Client, source: Event, *chosen: str) -> tuple[str, Any]:
    url = days(desk, source, *(chosen or (JANUARY,))).headers["Location"]
    return url, desk.get(url)


def lines(page: Any) -> dict[str, tuple[str, str, str]]:
    return {line.what: (line.count, line.was, line.became) for line in page.context["lines"]}


def test_a_day_is_chosen_and_a_sheet_says_what_came_along(desk: Client) -> None:
    source = full_event()
    url, page = sheet_of(desk, source)
    copy = Event.objects.get(copied_from=source)
    assert url == f"/desk/events/{copy.public_id}/copied/"
    assert lines(page) == {
        "Slots and seats": ("4 items", "67 seats", "67 seats"),
        "Free cancellation": ("", "by Thu, Dec 3, 2:00 PM", "by Thu, Jan 14, 2:00 PM"),
        "Lottery": ("1 item", "Tue, Dec 1, 12:00 PM", "Tue, Jan 12, 12:00 PM"),
        "Questions": ("1 item", "", ""),
        "Attendance check": ("", "Sun, Nov 29, 2:00 PM", "Sun, Jan 10, 2:00 PM"),
        "Call for speakers": ("", "by Sat, Nov 21, 2:00 PM", "by Sat, Jan 2, 2:00 PM"),
        "Rehearsal": ("", "Fri, Dec 4, 8:00 PM", "Fri, Jan 15, 8:00 PM"),
        "Shifts": ("1 item", "Sat, Dec 5 4:30–5:30 PM", "Sat, Jan 16 4:30–5:30 PM"),
        "Teardown list and photos": ("2 items · 1 photo", "", ""),
        "Breaks of the program": ("1 item", "", ""),
        "Things to do": ("2 items", "", ""),
        "Reminders": ("3 items", "Dec 2 · Dec 4 · Dec 5", "Jan 13 · Jan 15 · Jan 16"),
        "Scheduled messages": ("1 item", "Fri, Dec 4, 2:00 PM", "Fri, Jan 15, 2:00 PM"),
    }
    # A line for each model, of which some stand in a line together.
    assert len(lines(page)) >= len(COPIED)
    text = as_text(page.content.decode())
    assert "Sat, Jan 16, 2027, 2:00–4:30 PM JST" in text
    assert "6 weeks after #14" in text
    for left in ("registrations and answers", "lottery results", "talks, speakers and slides", "history"):
        assert left in text


def test_a_line_without_a_part_is_not_there(desk: Client) -> None:
    _url, page = sheet_of(desk, cast.event(slots=[cast.first_come_plan()], reminder_times=""))
    assert lines(page).keys() == {"Slots and seats", "Free cancellation"}


def test_two_days_are_two_sheets_and_publishing_one_leads_to_the_other(desk: Client) -> None:
    source = full_event()
    url, page = sheet_of(desk, source, FEBRUARY, JANUARY)
    first, second = Event.objects.filter(copied_from=source).order_by("starts_at")
    assert url.endswith(f"{first.public_id}/copied/")
    assert [one.title for one in page.context["together"]] == ["ML勉強会 #15", "ML勉強会 #16"]
    answer = desk.post(url, {"intent": "publish"})
    assert answer.headers["Location"] == f"/desk/events/{second.public_id}/copied/"
    answer = desk.post(answer.headers["Location"], {"intent": "publish"})
    assert answer.headers["Location"] == f"/desk/events/{second.public_id}/"
    assert {one.state for one in Event.objects.filter(copied_from=source)} == {Event.State.PUBLISHED}


def test_a_double_click_makes_one_draft(desk: Client) -> None:
    source = full_event()
    urls = {days(desk, source, JANUARY).headers["Location"] for _click in range(2)}
    assert len(urls) == Event.objects.filter(copied_from=source).count() == 1


def test_looking_at_the_drafts_makes_none(desk: Client) -> None:
    source = full_event()
    page = days(desk, source, JANUARY, FEBRUARY, intent="")
    assert [one.title for one in page.context["planned"]] == ["ML勉強会 #15", "ML勉強会 #16"]
    assert "Make 2 drafts" in page.content.decode()
    assert Event.objects.count() == 1


@pytest.mark.in_short(2)
@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ([], "Choose at least one day."),
        (["not a day"], "Choose at least one day."),
        (["2026-11-19"], "Choose days that are ahead."),
        ([(date(2027, 1, 1) + timedelta(days=more)).isoformat() for more in range(13)], "at most 12 days"),
    ],
)
def test_what_cannot_be_is_said_and_the_days_stay_chosen(desk: Client, chosen: list[str], words: str) -> None:
    source = full_event()
    page = days(desk, source, *chosen)
    assert page.status_code == 422
    assert words in page.content.decode()
    if len(chosen) > 2:
        assert all(re.search(f'value="{day}"[^>]*checked', page.content.decode(), re.DOTALL) for day in chosen)
    assert Event.objects.count() == 1


def test_days_with_other_events_of_mine_are_marked(desk: Client) -> None:
    source = full_event()
    cast.event(title="読書会", starts_at=cast.STARTS_AT + timedelta(days=42), ends_at=cast.ENDS_AT + timedelta(days=42))
    elsewhere = cast.community(slug="finn", name="Finn", owner="finn")
    cast.event(
        of=elsewhere,
        title="よその会",
        starts_at=cast.STARTS_AT + timedelta(days=43),
        ends_at=cast.ENDS_AT + timedelta(days=43),
    )
    page = desk.get(f"/desk/events/{source.public_id}/copy/").content.decode()
    assert re.search(r'has-other"\s+title="読書会"', page)
    assert "よその会" not in page
    _url, sheet = sheet_of(desk, source)
    assert "The same day as “読書会”" in sheet.content.decode()


def test_the_calendar_begins_with_the_month_that_one_means(desk: Client) -> None:
    source = full_event()
    page = desk.get(f"/desk/events/{source.public_id}/copy/")
    assert [month.label for month in page.context["calendar"].shown] == ["Dec 2026", "Jan 2027"]
    with time_machine.travel(cast.STARTS_AT + timedelta(days=16), tick=False):
        page = cast.signed_in("aiko").get(f"/desk/events/{source.public_id}/copy/")
    assert [month.label for month in page.context["calendar"].shown] == ["Dec 2026", "Jan 2027"]
    assert len(page.context["calendar"].more) == 10


class TestWhatToLookAt:
    def test_a_title_without_its_topic_is_typed_there(self, desk: Client) -> None:
        url, page = sheet_of(desk, full_event())
        assert page.context["looks"][0].is_title
        assert desk.post(url, {"intent": "title", "title": "ML勉強会 #15 検索"}).headers["Location"] == url
        page = desk.get(url)
        assert not any(look.is_title for look in page.context["looks"])
        assert page.context["copy"].title == "ML勉強会 #15 検索"
        assert desk.post(url, {"intent": "title", "title": ""}).status_code == 422

    def test_the_button_that_publishes_keeps_the_title_that_was_typed(self, desk: Client) -> None:
        url, page = sheet_of(desk, full_event())
        assert desk.post(url, {"intent": "publish", "title": ""}).status_code == 422
        assert desk.get(url).context["copy"].state == Event.State.DRAFT
        desk.post(url, {"intent": "publish", "title": "ML勉強会 #15 検索"})
        copy = Event.objects.get(pk=page.context["copy"].pk)
        assert (copy.state, copy.title) == (Event.State.PUBLISHED, "ML勉強会 #15 検索")

    def test_the_link_to_join_and_the_text_are_those_of_last_time(self, desk: Client) -> None:
        _url, page = sheet_of(desk, full_event())
        assert {look.what for look in page.context["looks"]} == {"Title", "Text", "Link to join"}

    def test_a_value_that_belongs_to_a_date(self, desk: Client) -> None:
        source = full_event()
        Lottery.objects.update(source=Lottery.Source.ENTERED, source_note="日経平均 12月1日の終値")
        _url, page = sheet_of(desk, source)
        assert "日経平均 12月1日の終値" in [look.value for look in page.context["looks"]]

    def test_dates_that_are_new_because_the_event_is_near(self, desk: Client) -> None:
        _url, page = sheet_of(desk, full_event(), "2026-11-23")
        looks = {look.what: look.why for look in page.context["looks"]}
        assert looks["Draw"] == "The event is near, so this date is new"
        assert looks["Call for speakers"] == "This deadline has passed"


def test_the_button_says_how_many_get_an_email(desk: Client) -> None:
    source = full_event()
    for person in cast.people(3):
        Preference.objects.create(
            person=person,
            topic=Topic.ANNOUNCEMENTS,
            thread=source.community.thread,
            wanted=True,
            chosen_at=cast.NOW,
        )
    _url, page = sheet_of(desk, source)
    assert "We’ll email 3 followers" in page.content.decode()


def test_a_copy_notifies_no_one(desk: Client) -> None:
    source = full_event()
    told = Notification.objects.count()
    sheet_of(desk, source, JANUARY, FEBRUARY)
    assert Notification.objects.count() == told


def test_an_event_that_is_no_draft_or_no_copy_has_no_sheet(desk: Client) -> None:
    source = full_event()
    assert desk.get(f"/desk/events/{source.public_id}/copied/").headers["Location"].endswith(f"{source.public_id}/")


def test_one_begins_at_the_event_and_at_past_events(desk: Client) -> None:
    source = full_event()
    link = f'href="/desk/events/{source.public_id}/copy/"'
    assert link in desk.get(f"/desk/events/{source.public_id}/").content.decode()
    assert link not in desk.get("/desk/c/ml/").content.decode()
    with time_machine.travel(cast.ENDS_AT + timedelta(days=1), tick=False):
        assert link in cast.signed_in("aiko").get("/desk/c/ml/").content.decode()


def test_the_history_of_the_copy_names_its_source(desk: Client) -> None:
    source = full_event()
    sheet_of(desk, source)
    copy = Event.objects.get(copied_from=source)
    page = as_text(desk.get(f"/desk/events/{copy.public_id}/").content.decode())
    assert f"created the event as a copy of “{source.title}”" in page


def test_check_in_staff_do_not_copy(desk: Client) -> None:
    source = full_event()
    cast.member("chie", Role.RECEPTION)
    assert cast.signed_in("chie").get(f"/desk/events/{source.public_id}/copy/").status_code == 404


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as found:
        client.get(url)
    return len(found)


@pytest.mark.story
def test_queries_do_not_grow_with_what_hangs_on_the_event(desk: Client) -> None:
    small, large = cast.event(title="小さな会"), full_event()
    for copy_number, name in enumerate(("kai", "lea", "mia")):
        cast.registered(name, large)
        cast.event(
            title=f"別の会{copy_number}",
            starts_at=cast.STARTS_AT + timedelta(days=60),
            ends_at=cast.ENDS_AT + timedelta(days=60),
        )
    urls = [sheet_of(desk, source)[0] for source in (small, large)]
    of_the_sheet = {queries(desk, url) for url in urls}
    of_the_days = {queries(desk, f"/desk/events/{source.public_id}/copy/") for source in (small, large)}
    assert len(of_the_sheet) == len(of_the_days) == 1
    assert max(of_the_sheet | of_the_days) <= MOST_QUERIES, (of_the_sheet, of_the_days)


def test_a_night_event_stays_on_its_night(desk: Client) -> None:
    """It ends on the next day, at the same time of the wall clock."""
    starts_at = datetime.fromisoformat("2026-12-05T22:30:00+09:00")
    source = cast.event(starts_at=starts_at, ends_at=starts_at + timedelta(hours=3))
    sheet_of(desk, source)
    copy = Event.objects.get(copied_from=source)
    assert copy.ends_at - copy.starts_at == timedelta(hours=3)
    assert copy.starts_at.astimezone(copy.zone).isoformat() == "2027-01-16T22:30:00+09:00"


class TestDeletingADraft:
    def test_a_draft_goes_with_all_that_hangs_on_it(self, desk: Client) -> None:
        source = full_event()
        sheet_of(desk, source)
        copy = Event.objects.get(copied_from=source)
        url = f"/desk/events/{copy.public_id}/deletion/"
        assert url in desk.get(f"/desk/events/{copy.public_id}/").content.decode()
        assert "Delete this draft?" in desk.get(url).content.decode()
        assert desk.post(url).headers["Location"] == "/desk/c/ml/"
        assert not Event.objects.filter(pk=copy.pk).exists()
        assert source.slots.count() == 4
        assert source.room_photos.count() == 1
        assert breaches() == []

    def test_an_event_that_is_public_stays(self, desk: Client) -> None:
        source = full_event()
        desk.post(f"/desk/events/{source.public_id}/deletion/")
        assert Event.objects.filter(pk=source.pk).exists()

    def test_a_draft_in_which_someone_has_a_part_stays(self, desk: Client) -> None:
        draft = cast.event(publish=False)
        SpeakerInvitation.objects.create(event=draft, name="Emi", language="ja", made_at=cast.NOW)
        page = desk.post(f"/desk/events/{draft.public_id}/deletion/", follow=True).content.decode()
        assert "Someone already has a part in this draft" in page
        assert Event.objects.filter(pk=draft.pk).exists()
