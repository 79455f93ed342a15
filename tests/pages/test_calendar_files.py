"""Calendar files that calendars take over: their SEQUENCE, and the zones in them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine
from dateutil.tz import tzical  # type: ignore[import-untyped]  # it has no types
from django.core import mail

from meetups.communities.models import Community
from meetups.events import calendar
from meetups.events.calendar import event_calendar
from meetups.events.models import Event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.notifications.actions.deliver import deliver
from meetups.volunteers.actions.signups.step_down import step_down
from tests.support import cast

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def entries(at: datetime, *, to: str = "emi") -> list[tuple[str, int, str, str]]:
    """UID, SEQUENCE, STATUS and DTSTAMP of what the mails that leave now attach."""
    mail.outbox.clear()
    with time_machine.travel(at, tick=False):
        deliver(at=at)
    files = [part.get_content() for one in mail.outbox if one.to == [f"{to}@example.org"] for part in one.attachments]
    return sorted(
        (said(file, "UID"), int(said(file, "SEQUENCE")), said(file, "STATUS"), said(file, "DTSTAMP")) for file in files
    )


def said(file: str, name: str) -> str:
    """What the only entry of `file` says under `name`."""
    value: str
    [value] = re.findall(rf"^{name}:(\S+)", file.partition("BEGIN:VEVENT")[2], re.MULTILINE)
    return value


def leave(event: Event, at: datetime) -> None:
    leave_event(event=event, person=cast.person("emi"), at=at, by=cast.person("emi"))


def from_the_waitlist(event: Event, at: datetime) -> None:
    """Others took the seats, and Dan gives his up."""
    for name in ("dan", "finn"):
        cast.registered(name, event, at=at)
    cast.registered("emi", event, at=at)
    leave_event(event=event, person=cast.person("dan"), at=at, by=cast.person("dan"))


def by_a_shift(event: Event, at: datetime) -> None:
    cast.volunteering("emi", event, at=at)


WAYS_BACK: dict[str, Callable[[Event, datetime], object]] = {
    "as at first": lambda event, at: cast.registered("emi", event, at=at),
    "from the waitlist": from_the_waitlist,
    "by a shift": by_a_shift,
}


@pytest.mark.parametrize("way", WAYS_BACK)
def test_who_leaves_gets_a_newer_file_and_who_comes_back_one_that_is_newer_still(way: str) -> None:
    event = cast.event(slots=[cast.first_come_plan(2), cast.duty_plan()])
    cast.registered("emi", event)
    [came] = entries(cast.NOW + HOUR)
    leave(event, cast.NOW + 2 * HOUR)
    [left] = entries(cast.NOW + 3 * HOUR)
    WAYS_BACK[way](event, cast.NOW + 4 * HOUR)
    [back] = [one for one in entries(cast.NOW + 5 * HOUR) if one[0] == came[0]]
    assert came[0] == left[0]
    assert [one[2] for one in (came, left, back)] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert came[1] < left[1] < back[1]
    assert left[3] < back[3]


def test_who_never_left_raises_no_file_of_others() -> None:
    event = cast.event(slots=[cast.first_come_plan(2)])
    cast.registered("dan", event)
    assert Event.objects.get(pk=event.pk).sequence == event.sequence


def test_a_shift_that_is_taken_again_comes_back_into_the_calendar() -> None:
    event = cast.event(slots=[cast.first_come_plan(), cast.duty_plan()])
    event.shifts.update(slot=None)
    came: list[tuple[str, int]] = []
    left: list[tuple[str, int]] = []
    for number in (0, 1):
        signup = cast.volunteering("emi", event, at=cast.NOW + 2 * number * HOUR)
        [(uid, sequence, status, _stamp)] = entries(cast.NOW + (2 * number + 1) * HOUR)
        assert status == "CONFIRMED"
        came.append((uid, sequence))
        step_down(signup=signup, at=cast.NOW + (2 * number + 1) * HOUR, by=signup.volunteer)
        [gone] = entries(cast.NOW + (2 * number + 2) * HOUR)
        left.append(gone[:2])
    assert {uid for uid, _sequence in came + left} == {uid}
    assert came[0] < left[0] < came[1] < left[1]


@pytest.mark.parametrize("gives_seat", [True, False])
def test_a_shift_that_its_volunteer_cancels_leaves_the_calendar(gives_seat: bool) -> None:
    event = cast.event()
    if not gives_seat:
        event.shifts.update(slot=None)
    signup = cast.volunteering("emi", event)
    taken = {uid: sequence for uid, sequence, _status, _stamp in entries(cast.NOW + HOUR)}
    step_down(signup=signup, at=cast.NOW + 2 * HOUR, by=signup.volunteer)
    gone = entries(cast.NOW + 3 * HOUR)
    # Who waits for a seat from then on has the event in the calendar no longer, too.
    assert len(gone) == 1 + gives_seat
    assert {uid for uid, *_rest in gone} <= taken.keys()
    for uid, sequence, status, _stamp in gone:
        assert status == "CANCELLED"
        assert sequence > taken[uid]


def hours_off(name: str, days: list[date]) -> list[date]:
    """The days on which a reader of our file sees another time than the zone has."""
    zone = ZoneInfo(name)
    wrong = []
    for day in days:
        starts_at = datetime(day.year, day.month, day.day, 12, tzinfo=zone).astimezone(UTC)
        event = Event(
            community=Community(name="ML勉強会"),
            public_id="a",
            title="a",
            starts_at=starts_at,
            ends_at=starts_at + HOUR,
            time_zone=name,
            state="published",
        )
        file = event_calendar(event, stamp=cast.NOW, url="https://example.org").decode()
        [local] = re.findall(r"DTSTART;TZID=[^:]+:(\d{8}T\d{6})", file)
        read = datetime.strptime(local, "%Y%m%dT%H%M%S").replace(tzinfo=tzical(StringIO(file)).get(name))
        if read.astimezone(UTC) != starts_at:
            wrong.append(day)
    return wrong


ZONES = [
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    "Asia/Tokyo",
    "Europe/Dublin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Gaza",
]


@pytest.mark.in_short(2)
@pytest.mark.parametrize("name", ZONES)
def test_a_calendar_reads_the_time_of_the_venue_all_year(name: str) -> None:
    assert hours_off(name, [date(2027, 1, 1) + timedelta(days=3 * number) for number in range(240)]) == []


def test_a_zone_that_is_described_wrongly_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the library's own steps, Morocco's Ramadan of 2027 is missing."""
    usual: Callable[..., object] = icalendar.Timezone.from_tzid
    calendar._event_file.cache_clear()
    monkeypatch.setattr(
        calendar,
        "_time_zone",
        lambda name, first, last: usual(name, first_date=date(first, 1, 1), last_date=date(last, 12, 31)),
    )
    assert hours_off("Africa/Casablanca", [date(2027, 2, 20), date(2027, 4, 1)]) == [date(2027, 2, 20)]
    calendar._event_file.cache_clear()
