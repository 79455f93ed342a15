"""The event as a whole: published late, moved, cancelled."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import NothingToCancel, cancel_event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.actions.publish_event import publish_event
from meetups.lifecycle.new_event import DateHasPassed
from meetups.notifications.models import Notification
from meetups.registrations.models import Lottery, Registration, Slot
from meetups.registrations.refusals import TooSoonForALottery
from tests.support import cast

pytestmark = pytest.mark.django_db


def told(kind: str) -> set[str]:
    """The people who were sent a message of that kind."""
    emails = Notification.objects.filter(kind=kind).values_list("recipient__email", flat=True)
    return {email.partition("@")[0] for email in emails}


def move(event: Event, by: timedelta, **more: object) -> Event:
    fields: dict[str, object] = {"starts_at": event.starts_at + by, "ends_at": event.ends_at + by, **more}
    return change_event(event=event, fields=fields, at=cast.NOW, by=cast.person("aiko")).event


def test_everyone_with_a_part_gets_one_message_when_the_event_moves() -> None:
    event = cast.event(slots=[cast.first_come_plan(1), cast.duty_plan(), cast.invited_plan()])
    cast.registered("dan", event)
    cast.registered("finn", event)
    cast.volunteering("emi", event)
    cast.talk("emi", event)
    move(event, timedelta(days=7))
    assert told("event_changed") == {"dan", "finn", "emi"}
    assert Notification.objects.filter(kind="event_changed").count() == 3


def test_shifts_deadlines_and_an_open_lottery_move_along_on_the_wall_clock() -> None:
    event = cast.event()
    shift, slot = cast.shift_of(event), cast.slot_of(event, Slot.Admission.LOTTERY)
    before = (shift.starts_at, slot.promotion_stops_at, slot.lottery.draws_at)
    moved = move(event, timedelta(days=7))
    shift, slot = cast.shift_of(event), cast.slot_of(event, Slot.Admission.LOTTERY)
    assert (shift.starts_at, slot.promotion_stops_at, slot.lottery.draws_at) == tuple(
        instant + timedelta(days=7) for instant in before
    )
    assert (moved.schedule_version, moved.sequence) == (2, 1)


def test_over_a_change_of_clocks_the_hour_on_the_wall_stays() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    event = cast.event(time_zone="Europe/Berlin")
    before = cast.slot_of(event, Slot.Admission.LOTTERY).lottery.draws_at.astimezone(berlin)
    spring = (event.starts_at.astimezone(berlin) + timedelta(days=120)).astimezone(ZoneInfo("UTC"))
    change_event(
        event=event,
        fields={"starts_at": spring, "ends_at": spring + timedelta(hours=2)},
        at=cast.NOW,
        by=cast.person("aiko"),
    )
    after = cast.slot_of(event, Slot.Admission.LOTTERY).lottery.draws_at.astimezone(berlin)
    assert (before.hour, before.utcoffset()) == (after.hour, timedelta(hours=1))
    assert after.utcoffset() == timedelta(hours=2)


def test_a_longer_event_moves_teardown_and_nothing_else() -> None:
    event = cast.event()
    starts_at = cast.shift_of(event).starts_at
    fields: dict[str, object] = {"ends_at": event.ends_at + timedelta(minutes=30)}
    change_event(event=event, fields=fields, at=cast.NOW, by=cast.person("aiko"))
    assert cast.shift_of(event).starts_at == starts_at + timedelta(minutes=30)
    assert Lottery.objects.get().draws_at == cast.DRAWS_AT


def test_an_event_that_comes_nearer_announces_its_draw_anew() -> None:
    event = cast.event()
    moved = move(event, timedelta(days=-12))
    lottery = Lottery.objects.get()
    assert cast.NOW < lottery.closes_at < lottery.draws_at < moved.starts_at
    assert lottery.draws_at - lottery.closes_at >= timedelta(minutes=30)


def test_a_frozen_lottery_keeps_its_time() -> None:
    event = cast.event()
    cast.registered("dan", event)
    change_event(
        event=event,
        fields={"starts_at": event.starts_at + timedelta(days=7), "ends_at": event.ends_at + timedelta(days=7)},
        at=cast.CLOSES_AT,
        by=cast.person("aiko"),
    )
    assert Lottery.objects.get().draws_at == cast.DRAWS_AT


def test_a_change_of_the_text_alone_is_told_to_nobody() -> None:
    event = cast.event()
    cast.registered("dan", event)
    change_event(event=event, fields={"description": "新しい説明"}, at=cast.NOW, by=cast.person("aiko"))
    assert told("event_changed") == set()
    assert Event.objects.get().schedule_version == 1


def test_cancelling_tells_everyone_and_the_page_can_still_be_edited() -> None:
    """In connpass, everything was frozen after the cancellation."""
    event = cast.event()
    cast.registered("dan", event)
    cast.volunteering("emi", event)
    for _click in range(2):
        cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
    assert told("event_cancelled") == {"dan", "emi"}
    assert Notification.objects.filter(kind="event_cancelled").count() == 2
    changed = change_event(event=event, fields={"title": "中止しました"}, at=cast.NOW, by=cast.person("aiko")).event
    assert (changed.title, changed.state) == ("中止しました", Event.State.CANCELLED)
    assert Registration.objects.active().count() == 2


def test_a_draft_is_not_cancelled_but_left() -> None:
    event = cast.event(publish=False)
    with pytest.raises(NothingToCancel):
        cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))


def test_a_draft_that_lay_too_long_gets_new_dates_for_its_draw() -> None:
    event = cast.event(publish=False)
    late = cast.CLOSES_AT + timedelta(days=1)
    published = publish_event(event=event, at=late, by=cast.person("aiko"))
    lottery = Lottery.objects.get()
    assert published.is_published
    assert late < lottery.closes_at < lottery.draws_at < published.starts_at


def test_too_late_for_a_lottery_or_for_the_event_itself_is_said() -> None:
    event = cast.event(publish=False)
    with pytest.raises(TooSoonForALottery):
        publish_event(event=event, at=cast.STARTS_AT - timedelta(minutes=50), by=cast.person("aiko"))
    with pytest.raises(DateHasPassed):
        publish_event(event=event, at=cast.STARTS_AT, by=cast.person("aiko"))
    assert Event.objects.get().state == Event.State.DRAFT
