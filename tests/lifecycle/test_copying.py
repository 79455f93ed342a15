"""An event is copied to another day: everything that hangs on it comes along on the wall clock, and nothing of people."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import models

from meetups.core.zones import at_wall
from meetups.events.models import Event, Undo
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.copy_event import (
    MOST_COPIES,
    DayHasPassed,
    NoDayChosen,
    TooManyDays,
    copy_event,
)
from meetups.lifecycle.actions.publish_event import publish_event
from meetups.lifecycle.copies.copied_parts import COPIED, LEFT_OUT
from meetups.lifecycle.copies.next_title import next_title
from meetups.lifecycle.dates_that_move import MOVING
from meetups.lifecycle.invariants import breaches
from meetups.lifecycle.models import Message, SearchDue, SearchEntry
from meetups.lifecycle.tasks import send_due_messages
from meetups.notifications.models import Notification
from meetups.registrations.actions.slots.change_admission import AdmissionPlan, change_admission
from meetups.registrations.models import HeldPlace, Hold, Lottery, Offer, PairInvitation, Slot
from meetups.runbook.models import Todo
from meetups.speakers.models import Call, CoSpeaker, Presence, Proposal, Readiness
from meetups.volunteers.actions.shifts.cancel_shift import cancel_shift
from meetups.volunteers.models import Chore, Handover, RoomPhoto, Shift
from tests.lifecycle.test_dates_that_move import hanging
from tests.support import cast
from tests.support.scenes.copy_scene import full_event, wall

pytestmark = pytest.mark.django_db(transaction=True)
JANUARY = date(2027, 1, 16)
# They make themselves, or hang on a talk or a registration, of which there is none.
NOT_BY_EVENT = {CoSpeaker, Handover, Hold, Offer, PairInvitation, Proposal, Readiness, SearchDue, SearchEntry, Undo}


@pytest.fixture(autouse=True)
def travelled() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


def copied(source: Event, *days: date, request: str = "first", at: datetime = cast.NOW) -> list[Event]:
    return copy_event(source=source, days=days, request=request, at=at, by=cast.person("aiko"))


def rows(model: type[models.Model], event: Event) -> list[Any]:
    """The rows of `event`, in the order in which they were made."""
    if model is Event:
        return [event]
    here = {field.name for field in model._meta.fields}
    path = next(path for path in ("event", "slot__event", "shift__event", "talk__event") if path.split("__")[0] in here)
    return list(model._default_manager.filter(**{path: event}).order_by("pk"))


def rows_of_all() -> dict[tuple[str, Any], dict[str, Any]]:
    """Every row that hangs on an event, without those of the search."""
    return {
        (model._meta.label, row[model._meta.pk.attname]): row
        for model in hanging()
        if model._meta.label not in {"lifecycle.SearchDue", "lifecycle.SearchEntry"}
        for row in model._default_manager.values()
    }


def test_everything_comes_along_but_people() -> None:
    source = full_event()
    before, told = rows_of_all(), Notification.objects.count()
    [copy] = copied(source, JANUARY)
    for part in COPIED:
        there, here = rows(part.model, source), rows(part.model, copy)
        assert len(here) == len(there) > 0, part.model
        moving = {name for one in MOVING if one.model is part.model for name in one.fields}
        for old, new in zip(there, here, strict=True):
            for name in set(part.carried) - moving - {"audience", "image"}:
                assert getattr(new, name) == getattr(old, name), f"{part.model}.{name}"
            assert new.pk != old.pk
    for model in {model for one in LEFT_OUT for model in one.models} - NOT_BY_EVENT:
        assert rows(model, copy) == [], model
    assert (copy.state, copy.title, copy.copied_from) == (Event.State.DRAFT, "ML勉強会 #15", source)
    assert wall(copy.starts_at, "Asia/Tokyo") == (JANUARY, time(14))
    assert wall(copy.ends_at, "Asia/Tokyo") == (JANUARY, time(16, 30))
    assert Notification.objects.count() == told
    after = rows_of_all()
    assert {key: after[key] for key in before} == before, "the source is untouched"
    assert breaches() == []


def test_what_has_happened_begins_anew() -> None:
    source = full_event()
    Chore.objects.filter(sort=Chore.Sort.DO).update(done_at=cast.NOW, done_by=cast.person("finn"))
    Shift.objects.update(lead=cast.person("finn"))
    Call.objects.update(closed_at=cast.NOW)
    cast.draw(source)
    [copy] = copied(source, JANUARY, at=cast.ENDS_AT + timedelta(days=1))
    lottery, slots = Lottery.objects.get(slot__event=copy), copy.slots.in_order()
    assert (lottery.state, lottery.manifest, lottery.value) == (Lottery.State.ANNOUNCED, "", "")
    assert lottery.commitment != Lottery.objects.get(slot__event=source).commitment
    assert [slot.taken for slot in slots] == [slot.held for slot in slots] == [0] * 4
    assert not Chore.objects.filter(event=copy, done_at__isnull=False).exists()
    assert not Todo.objects.filter(event=copy, done_at__isnull=False).exists()
    assert not Shift.objects.filter(event=copy).exclude(lead=None, taken=0).exists()
    assert Call.objects.get(event=copy).is_open(cast.ENDS_AT + timedelta(days=1))
    assert [one["label"] for one in copy.slots.get(admission=Slot.Admission.FIRST_COME).questions] == ["ご所属"]
    assert RoomPhoto.objects.get(event=copy).image.name == RoomPhoto.objects.get(event=source).image.name


def test_a_canceled_shift_stays_behind_with_its_seats() -> None:
    source = full_event()
    cancel_shift(shift=cast.shift_of(source), at=cast.NOW, by=cast.person("aiko"))
    [copy] = copied(source, JANUARY)
    assert cast.shift_of(source).is_being_canceled
    assert not copy.shifts.exists()
    assert copy.slots.get(admission=Slot.Admission.DUTY).capacity == 0


# Where, the evening of the source, the day of the copy, and what changes between them.
DAYS = [
    ("Europe/Berlin", date(2027, 3, 10), time(19), date(2027, 3, 31), "the clocks go forward on March 28"),
    ("Europe/Berlin", date(2027, 3, 10), time(19), date(2027, 3, 28), "the clocks go forward on the day itself"),
    ("Europe/Berlin", date(2027, 9, 29), time(19), date(2027, 11, 2), "the clocks go back between the draw and the day"),
    ("America/New_York", date(2027, 2, 24), time(18, 30), date(2027, 3, 16), "the clocks go forward on March 14"),
    ("America/New_York", date(2027, 10, 27), time(18, 30), date(2027, 11, 9), "the clocks go back on November 7"),
    ("Australia/Sydney", date(2027, 3, 17), time(18), date(2027, 4, 7), "the clocks go back on April 4"),
    ("Asia/Tokyo", date(2027, 1, 31), time(14), date(2027, 2, 28), "from the end of a month to a shorter one"),
    ("Asia/Tokyo", date(2027, 4, 30), time(14), date(2027, 5, 31), "from the end of a month to a longer one"),
    ("Asia/Tokyo", date(2028, 2, 3), time(14), date(2028, 2, 29), "to a leap day"),
    ("Asia/Tokyo", date(2028, 2, 29), time(14), date(2029, 2, 28), "from a leap day to a year without one"),
    ("Asia/Tokyo", date(2027, 12, 28), time(14), date(2028, 1, 3), "over the end of a year"),
]  # fmt: skip


@pytest.mark.in_short(4)
@pytest.mark.parametrize(("zone", "before", "hour", "day", "why"), DAYS)
def test_every_time_stays_what_it_is_on_the_wall_clock(
    zone: str, before: date, hour: time, day: date, why: str
) -> None:
    starts_at = at_wall(before, hour, zone)
    at = starts_at - timedelta(days=40)
    source = full_event(starts_at, zone, at=at)
    Event.objects.filter(pk=source.pk).update(registration_opens_at=at_wall(before - timedelta(days=20), hour, zone))
    source.refresh_from_db()
    [copy] = copied(source, day, at=at + timedelta(hours=1))
    assert wall(copy.starts_at, zone) == (day, hour), why
    assert copy.ends_at - copy.starts_at == timedelta(minutes=150)
    seen = 0
    for part in MOVING:
        if part.model in {HeldPlace, Presence}:
            continue
        for old, new in zip(rows(part.model, source), rows(part.model, copy), strict=True):
            for name in part.fields:
                (then, at_then), (now, at_now) = wall(getattr(old, name), zone), wall(getattr(new, name), zone)
                assert (now - then, at_now) == (day - before, at_then), f"{part.model}.{name}: {why}"
                seen += 1
    assert seen == 4 * 3 + 2 + 2 + 4 + 1 + 2 + 2 + 1, "each of the dates that move was looked at"
    assert copy.reminder_times == source.reminder_times


def test_a_distance_that_is_counted_in_hours_would_be_found() -> None:
    """The control: a day has 23 hours where the clocks go forward."""
    evening = at_wall(date(2027, 3, 10), time(19), "Europe/Berlin")
    assert wall(evening + timedelta(days=21), "Europe/Berlin") == (date(2027, 3, 31), time(20))


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_a_night_in_which_the_clocks_go_forward_has_no_end_before_its_start(zone: str) -> None:
    night = {"Europe/Berlin": date(2027, 3, 28), "America/New_York": date(2027, 3, 14)}[zone]
    starts_at = at_wall(date(2027, 2, 14), time(2, 30), zone)
    source = cast.event(
        slots=[cast.first_come_plan(), cast.duty_plan()],
        shifts=[cast.teardown_plan(ends_at=starts_at + timedelta(minutes=15))],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        time_zone=zone,
    )
    Slot.objects.update(
        free_cancellation_ends_at=starts_at + timedelta(minutes=10),
        promotion_stops_at=starts_at + timedelta(minutes=30),
    )
    [copy] = copied(source, night)
    assert copy.ends_at - copy.starts_at == timedelta(minutes=30)
    assert all(shift.ends_at > shift.starts_at for shift in copy.shifts.all())


def test_several_days_are_drafts_of_their_own() -> None:
    source = full_event()
    drafts = copied(source, date(2027, 2, 20), JANUARY)
    assert [draft.title for draft in drafts] == ["ML勉強会 #15", "ML勉強会 #16"]
    assert [wall(draft.starts_at, "Asia/Tokyo")[0] for draft in drafts] == [JANUARY, date(2027, 2, 20)]
    assert len({slot.pk for draft in drafts for slot in draft.slots.all()}) == 8
    publish_event(event=drafts[0], at=cast.NOW, by=cast.person("aiko"))
    drafts[1].refresh_from_db()
    assert drafts[1].state == Event.State.DRAFT


def test_a_second_click_makes_no_second_copy() -> None:
    source = full_event()
    [first] = copied(source, JANUARY)
    [again] = copied(source, JANUARY)
    assert again == first
    [other] = copied(source, JANUARY, request="another form")
    assert other != first


@pytest.mark.in_short(2)
@pytest.mark.parametrize(
    ("days", "refusal"),
    [
        ([], NoDayChosen),
        ([date(2026, 11, 19)], DayHasPassed),
        ([JANUARY, date(2026, 11, 19)], DayHasPassed),
        ([JANUARY + timedelta(days=more) for more in range(MOST_COPIES + 1)], TooManyDays),
    ],
)
def test_days_that_cannot_be_are_refused_and_nothing_is_made(days: list[date], refusal: type[Exception]) -> None:
    source = full_event()
    with pytest.raises(refusal):
        copied(source, *days)
    assert Event.objects.count() == 1


def test_history_says_from_what() -> None:
    source = full_event()
    [copy] = copied(source, JANUARY)
    entry = HistoryEntry.objects.get(thread=copy.thread, verb="copy_event")
    assert (entry.details["source"], entry.to_state, entry.actor) == (
        source.public_id,
        Event.State.DRAFT,
        cast.person("aiko"),
    )
    assert not HistoryEntry.objects.filter(thread=source.thread, verb="copy_event").exists()


class TestMessages:
    def test_it_waits_in_the_draft_for_people_of_its_own_slot(self) -> None:
        source = full_event()
        [copy] = copied(source, JANUARY)
        message = Message.objects.get(event=copy)
        first_come = copy.slots.get(admission=Slot.Admission.FIRST_COME)
        assert message.audience["slots"] == [first_come.public_id]

    def test_a_draft_sends_none_and_publishing_late_sends_none_late(self) -> None:
        source = full_event()
        [copy] = copied(source, JANUARY)
        told, message = Notification.objects.count(), Message.objects.get(event=copy)
        send_due_messages(message.send_at)
        message.refresh_from_db()
        assert message.state == Message.State.SCHEDULED
        publish_event(event=copy, at=message.send_at + timedelta(hours=1), by=cast.person("aiko"))
        send_due_messages(message.send_at + timedelta(hours=1))
        message.refresh_from_db()
        assert message.state == Message.State.WITHDRAWN
        assert Notification.objects.filter(thread=copy.thread).count() == 0
        # The message of the source was due in the meantime.
        assert Notification.objects.exclude(thread=source.thread).count() == 0 < told

    def test_one_that_would_be_late_stays_behind(self) -> None:
        source = full_event()
        [copy] = copied(source, date(2026, 11, 21), at=cast.NOW + timedelta(hours=3))
        assert not Message.objects.filter(event=copy).exists()


def test_an_event_that_comes_near_gets_a_draw_that_is_ahead() -> None:
    source = full_event()
    [copy] = copied(source, date(2026, 11, 22))
    lottery = Lottery.objects.get(slot__event=copy)
    assert cast.NOW < lottery.closes_at < lottery.draws_at < copy.starts_at


def test_a_slot_that_was_a_lottery_once_has_none_in_the_copy() -> None:
    source = cast.event(slots=[cast.lottery_plan()])
    change_admission(
        slot=source.slots.get(), plan=AdmissionPlan(Slot.Admission.FIRST_COME), at=cast.NOW, by=cast.person("aiko")
    )
    [copy] = copied(source, JANUARY)
    assert copy.slots.get().admission == Slot.Admission.FIRST_COME
    assert not Lottery.objects.filter(slot__event=copy).exists()


@pytest.mark.parametrize(
    ("title", "others", "expected"),
    [
        ("ML勉強会 #14 推薦システムの運用と評価", [], "ML勉強会 #15"),
        ("ML勉強会 #14 推薦システムの運用と評価", ["ML勉強会 #16 検索", "別の会 #99"], "ML勉強会 #17"),
        ("第9回 Python もくもく会", [], "第10回"),
        ("Python もくもく会 第9回", [], "Python もくもく会 第10回"),
        ("もくもく会 Vol.3", [], "もくもく会 Vol.4"),
        ("Study #099", [], "Study #100"),
        ("Study #007: spies", [], "Study #008"),
        ("Python 3.14 を読む", [], "Python 3.14 を読む"),
        ("第二土曜の会", [], "第二土曜の会"),
    ],
)
def test_titles_count_on_and_leave_the_subject_out(title: str, others: list[str], expected: str) -> None:
    assert next_title(title, [title, *others]) == expected


def test_the_title_in_the_other_language_has_the_same_number() -> None:
    source = full_event()
    Event.objects.update(other_title="ML Study #14: Running recommenders")
    [copy] = copied(source, JANUARY)
    assert copy.other_title == "ML Study #15"
