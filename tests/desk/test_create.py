"""A new event on one page: three values are typed, the rest has defaults. Errors are shown, and no input is lost."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

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
    """Volunteers and speakers are subtracted first."""
    send(desk, venue_capacity="60")
    assert sum(slot.capacity for slot in Slot.objects.all()) == 60


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


def test_an_end_before_the_start_is_on_the_next_day(desk: Client) -> None:
    send(desk, starts="22:00", ends="01:30")
    event = Event.objects.get()
    assert event.ends_at - event.starts_at == timedelta(hours=3, minutes=30)


def test_dates_of_the_lottery_can_be_chosen(desk: Client) -> None:
    send(desk, closes="2026-12-10T18:00", draws="2026-12-10T19:00")
    lottery = Lottery.objects.get()
    assert lottery.closes_at == datetime(2026, 12, 10, 9, tzinfo=UTC)
    assert lottery.draws_at == datetime(2026, 12, 10, 10, tzinfo=UTC)


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
