"""A new event on one page: three values are typed, the rest has defaults. Errors are shown, and no input is lost."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
import time_machine
from django.test import Client

from meetups.communities.models import Community
from meetups.events.models import Event
from meetups.registrations.models import Lottery, Slot
from meetups.speakers.models import Rehearsal
from meetups.volunteers.models import Shift
from tests.support import cast

pytestmark = pytest.mark.django_db

URL = "/desk/c/ml/events/new/"
# The fields of an unchanged form as a browser sends them, and the three typed values.
UNTOUCHED = {
    "time_zone": "Asia/Tokyo",
    "format": "on_site",
    "admission": "lottery",
    "teardown": "on",
    "teardown_minutes": "60",
    "teardown_minimum": "2",
    "teardown_maximum": "4",
    "speaker_seats": "3",
    "rehearsal": "on",
    "reminders_on": "on",
    "visibility": "public",
    "language": "ja",
}
TYPED = {"title": "ML勉強会 #16", "day": "2026-12-20", "starts": "14:00"}


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def desk() -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(cast.person("aiko", language="en"))
    cast.community()
    return client


def send(desk: Client, *, intent: str = "publish", **fields: str) -> Any:
    return desk.post(URL, {**UNTOUCHED, **TYPED, "intent": intent, **fields})


def test_title_date_and_time_are_enough(desk: Client) -> None:
    answer = send(desk)
    event = Event.objects.get()
    assert answer["Location"] == f"/desk/events/{event.public_id}/"
    assert event.is_published
    assert event.starts_at == datetime(2026, 12, 20, 5, tzinfo=UTC)
    assert event.ends_at == event.starts_at + timedelta(hours=2)
    general, duty, speakers = event.slots.in_order()
    assert (general.name, general.capacity, general.admission) == ("一般参加枠", 40, Slot.Admission.LOTTERY)
    assert (duty.name, duty.capacity) == ("撤収ボランティア枠", 4)
    assert (speakers.name, speakers.capacity) == ("登壇者枠", 3)
    lottery = Lottery.objects.get()
    # The draw is at noon on the 16th in Tokyo; entries close on the evening before.
    assert lottery.draws_at == datetime(2026, 12, 16, 3, tzinfo=UTC)
    assert lottery.closes_at == datetime(2026, 12, 15, 14, 59, tzinfo=UTC)
    shift = Shift.objects.get()
    assert (shift.starts_at, shift.ends_at) == (event.ends_at, event.ends_at + timedelta(minutes=60))
    assert (shift.minimum, shift.maximum, shift.slot) == (2, 4, duty)
    assert shift.instructions == "机と椅子を元の形に戻し、ゴミを分別します。"
    assert not Rehearsal.objects.exists()


def test_names_are_in_the_language_of_the_event(desk: Client) -> None:
    send(desk, language="en")
    assert [slot.name for slot in Slot.objects.in_order()] == ["General", "Teardown volunteers", "Speakers"]
    assert Shift.objects.get().instructions == "Put tables and chairs back and sort the trash."


def test_an_online_event_rehearses_on_the_evening_before_and_needs_no_teardown(desk: Client) -> None:
    send(desk, format="online", admission="first_come", capacity="100", venue_name="nowhere")
    event = Event.objects.get()
    rehearsal = Rehearsal.objects.get()
    assert rehearsal.starts_at == datetime(2026, 12, 19, 11, tzinfo=UTC)
    assert rehearsal.ends_at == rehearsal.starts_at + timedelta(hours=1)
    assert not Shift.objects.exists()
    assert [slot.admission for slot in event.slots.in_order()] == ["first_come", "invited"]
    assert event.venue_name == ""


def test_the_venue_holds_everyone(desk: Client) -> None:
    """Volunteers, speakers and the team, here Aiko, are subtracted first."""
    send(desk, venue_capacity="60")
    assert sum(slot.capacity for slot in Slot.objects.all()) == 60 - 1


def test_a_draft_is_seen_by_nobody(desk: Client) -> None:
    send(desk, intent="draft")
    event = Event.objects.get()
    assert event.state == Event.State.DRAFT
    assert desk.post(f"/desk/events/{event.public_id}/publication/").status_code == 302
    event.refresh_from_db()
    assert event.is_published


@pytest.mark.parametrize("intent", ["preview", "", "something"])
def test_a_preview_writes_nothing(desk: Client, intent: str) -> None:
    answer = send(desk, intent=intent, description="**太字**")
    assert answer.status_code == 200
    assert not Event.objects.exists()
    page = answer.content.decode()
    assert "<strong>太字</strong>" in page
    assert "Wed, Dec 16, 12:00 PM" in page


def test_the_summary_alone_comes_back_to_a_script(desk: Client) -> None:
    answer = desk.post(URL, {**UNTOUCHED, **TYPED}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "Wed, Dec 16, 12:00 PM" in page
    assert "<html" not in page


def test_the_clock_of_the_event_counts(desk: Client) -> None:
    send(desk, time_zone="Europe/Berlin")
    assert Event.objects.get().starts_at == datetime(2026, 12, 20, 13, tzinfo=UTC)


def test_dates_of_the_lottery_can_be_chosen(desk: Client) -> None:
    send(desk, closes="2026-12-10T18:00", draws="2026-12-10T19:00")
    lottery = Lottery.objects.get()
    assert lottery.closes_at == datetime(2026, 12, 10, 9, tzinfo=UTC)
    assert lottery.draws_at == datetime(2026, 12, 10, 10, tzinfo=UTC)


@pytest.mark.in_short(12)
@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"title": ""}, "This field is required"),
        ({"title": "あ" * 65536}, "120"),
        ({"title": "a\x00b"}, "Null characters are not allowed"),
        ({"day": "9999-99-99"}, "Enter a valid date"),
        ({"day": "0001-01-01"}, "Choose a year from 2000 to 2099"),
        ({"day": "9999-12-31"}, "Choose a year from 2000 to 2099"),
        ({"starts": "25:61"}, "Enter a valid time"),
        ({"time_zone": "Mars/Base"}, "Mars/Base"),
        ({"capacity": "9" * 5000}, "Enter a whole number"),
        ({"capacity": "999999999999"}, "100000"),
        ({"capacity": "-1"}, "greater than or equal to 1"),
        ({"teardown_minimum": "5"}, "The maximum can’t be smaller"),
        ({"closes": "2026-12-10T18:00", "draws": "2026-12-10T18:10"}, "30 minutes after entries close"),
        ({"closes": "2026-12-19T18:00", "draws": "2026-12-20T15:00"}, "before the event"),
        ({"closes": "2020-01-01T00:00", "draws": "2026-12-10T18:10"}, "close in the past"),
        ({"closes": "0001-01-01T00:00"}, "Choose a year from 2000 to 2099"),
        ({"closes": "yesterday"}, "Enter a date and time"),
        ({"format": "online", "rehearsal_starts": "2026-12-21T10:00"}, "must be before the event"),
        ({"last_day": "2027-12-20", "ends": "10:00"}, "at most 14 days"),
        ({"last_day": "2026-12-19", "ends": "10:00"}, "end before it starts"),
        ({"hashtag": "two words"}, "one word"),
        ({"day": "2026-11-19"}, "start in the past"),
        ({"format": "online", "join_url": "javascript:alert(1)"}, "Enter a valid URL"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(desk: Client, fields: dict[str, str], message: str) -> None:
    answer = send(desk, **{"venue_name": "六本木 18F", **fields})
    assert 400 <= answer.status_code < 500
    page = answer.content.decode()
    assert message in page
    assert "Nothing was lost" in page
    assert "六本木 18F" in page
    assert not Event.objects.exists()


def test_an_event_that_is_near_still_has_its_lottery(desk: Client) -> None:
    send(desk, day="2026-11-21", starts="19:00")
    lottery = Lottery.objects.get()
    assert cast.NOW < lottery.closes_at < lottery.draws_at < Event.objects.get().starts_at


def test_a_page_that_is_sent_twice_plans_one_event(desk: Client) -> None:
    once = desk.get(URL).context["form"]["once"].value()
    first, second = send(desk, once=once), send(desk, once=once)
    assert first["Location"] == second["Location"] == f"/desk/events/{Event.objects.get().public_id}/"


def test_a_draft_and_then_the_other_button_publish_one_event(desk: Client) -> None:
    once = desk.get(URL).context["form"]["once"].value()
    send(desk, once=once, intent="draft")
    send(desk, once=once)
    assert Event.objects.get().is_published


@pytest.mark.parametrize("once", ["", "abc", "ImFiYyI:1vMxyz:forged"])
def test_an_id_that_is_not_ours_is_left_out(desk: Client, once: str) -> None:
    assert send(desk, once=once).status_code == 302
    assert Event.objects.get().public_id != "abc"


class TestFounding:
    @pytest.fixture
    def client(self) -> Client:
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(cast.person("ben", language="en"))
        return client

    FIELDS = {"name": "ML Study Group", "slug": "", "description": "", "language": "en", "time_zone": "Europe/Berlin"}

    def test_the_address_is_made_from_the_name(self, client: Client) -> None:
        answer = client.post("/desk/communities/new/", self.FIELDS)
        assert answer["Location"] == "/desk/c/ml-study-group/"

    def test_a_japanese_name_gets_a_random_address(self, client: Client) -> None:
        for number in (1, 2):
            answer = client.post("/desk/communities/new/", {**self.FIELDS, "name": "機械学習"})
            assert re.fullmatch("/desk/c/c-[a-z2-7]{8}/", answer["Location"])
            assert Community.objects.filter(name="機械学習").count() == number

    def test_an_address_is_taken_once(self, client: Client) -> None:
        cast.community()
        answer = client.post("/desk/communities/new/", {**self.FIELDS, "slug": "ML"})
        assert answer.status_code == 409
        assert "already uses the link" in answer.content.decode()


class TestMoreSlots:
    def test_each_row_is_a_slot_with_its_admission_and_seats(self, desk: Client) -> None:
        rows = {
            "slot1_name": "学生枠",
            "slot1_admission": "lottery",
            "slot1_seats": "8",
            "slot3_name": "スポンサー枠",
            "slot3_admission": "invited",
        }
        send(desk, admission="first_come", **rows)
        slots = list(Event.objects.get().slots.in_order())
        assert [(slot.admission, slot.capacity) for slot in slots] == [
            ("first_come", 40),
            ("lottery", 8),
            ("invited", 10),
            ("duty", 4),
            ("invited", 3),
        ]
        assert [slot.name for slot in slots[1:3]] == ["学生枠", "スポンサー枠"]
        assert [lottery.slot.name for lottery in Lottery.objects.all()] == ["学生枠"]

    @pytest.mark.parametrize(
        ("rows", "message"),
        [
            ({"slot1_seats": "8"}, "Enter a name for this slot."),
            ({"slot1_name": "学生枠", "slot2_name": "学生枠"}, "already has a slot called"),
            ({"slot1_name": "学生枠", "slot1_seats": "0"}, "greater than or equal to 1"),
            ({"slot1_name": "学生枠", "slot1_admission": "duty"}, "Select a valid choice"),
        ],
    )
    def test_what_is_no_slot_is_said(self, desk: Client, rows: dict[str, str], message: str) -> None:
        answer = send(desk, **rows)
        assert answer.status_code == 422
        assert message in answer.content.decode()
        assert not Event.objects.exists()


class TestTheSum:
    """All seats and the team, against what the room holds, said before anything is saved."""

    ROWS: ClassVar = {"slot1_name": "学生枠", "slot1_seats": "8", "venue_capacity": "60"}

    def test_what_is_left_to_the_general_slot_is_what_fits(self, desk: Client) -> None:
        send(desk, **self.ROWS)
        assert [slot.capacity for slot in Event.objects.get().slots.in_order()] == [60 - 8 - 4 - 3 - 1, 8, 4, 3]

    def test_too_many_is_said_with_the_repair(self, desk: Client) -> None:
        page = send(desk, intent="preview", capacity="50", **self.ROWS)
        assert page.context["summary"]["sum"].over == 50 + 8 + 4 + 3 + 1 - 60
        assert "66 people, and the room holds 60." in page.content.decode()
        assert "Make General 44 seats" in page.content.decode()
        page = send(desk, capacity="50", **{**self.ROWS, "intent": "fit-44"})
        assert page.context["form"]["capacity"].value() == "44"
        assert page.context["summary"]["sum"].over == 0
        assert not Event.objects.exists()

    def test_what_fits_is_said_too(self, desk: Client) -> None:
        page = send(desk, intent="preview", capacity="40", **self.ROWS).content.decode()
        assert "56 of the 60 people that the room holds" in page
        assert "4 more fit" in page

    def test_seats_online_need_no_room(self, desk: Client) -> None:
        page = send(desk, intent="preview", format="hybrid", capacity="500", **self.ROWS)
        assert page.context["summary"]["sum"].room is None


class TestTheEnd:
    def test_before_the_start_it_asks_for_the_next_day(self, desk: Client) -> None:
        answer = send(desk, starts="20:00", ends="01:00")
        assert answer.status_code == 422
        assert "Does it end on Mon, Dec 21, 1:00 AM?" in answer.content.decode()
        assert not Event.objects.exists()

    def test_a_yes_is_one_click(self, desk: Client) -> None:
        page = send(desk, intent="preview", starts="20:00", ends="01:00", next_day="true")
        assert page.context["summary"]["asks"] == ""
        send(desk, starts="20:00", ends="01:00", next_day="true")
        event = Event.objects.get()
        assert event.ends_at - event.starts_at == timedelta(hours=5)

    def test_a_yes_makes_no_day_of_an_end_after_the_start(self, desk: Client) -> None:
        send(desk, starts="20:00", ends="22:00", next_day="true")
        event = Event.objects.get()
        assert event.ends_at - event.starts_at == timedelta(hours=2)


def test_a_date_in_the_past_is_said_while_it_is_typed(desk: Client) -> None:
    page = send(desk, intent="preview", day="2026-11-19")
    assert page.context["summary"]["wrong"] == ["The event would start in the past. Choose a later start."]
    assert page.context["summary"]["steps"] == []


def test_a_venue_used_before_is_filled_in(desk: Client) -> None:
    used = cast.event(venue_capacity=70)
    other = cast.event(of=cast.community(slug="finn", name="Finn", owner="finn"), venue_name="よその会場")
    page = desk.get(URL).content.decode()
    assert f"venue-{used.public_id}" in page
    assert "よその会場" not in page
    page = send(desk, intent=f"venue-{used.public_id}")
    values = {
        name: page.context["form"][name].value()
        for name in ("venue_name", "venue_address", "venue_capacity", "hashtag")
    }
    assert values == {
        "venue_name": "六本木 18F",
        "venue_address": "東京都港区六本木6-10-1",
        "venue_capacity": "70",
        "hashtag": "mlstudy",
    }
    page = send(desk, intent=f"venue-{other.public_id}")
    assert not page.context["form"]["venue_name"].value()
    assert Event.objects.count() == 2
