"""Two actions at the same moment, of which only one may win. Each race also runs without the seat lock, where it has to go wrong:
a race that cannot be lost proves nothing."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from meetups.accounts.models import User
from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.models import Notification
from meetups.registrations.actions.registration.register import register
from meetups.registrations.actions.slots.change_capacity import change_capacity
from meetups.registrations.models import Lottery, Registration, Slot
from meetups.registrations.refusals import AlreadyRegistered, SeatsTaken
from meetups.registrations.tasks import draw_lotteries, fetch_values, freeze_lotteries
from tests.concurrency.threads import accidents, at_once, take_the_lock_away
from tests.faults.figures import Figures
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)
CONFIRMED, WAITLISTED = Registration.State.CONFIRMED, Registration.State.WAITLISTED
ROUNDS = 5


def small(seats: int) -> tuple[Event, Slot]:
    event = cast.event(slots=[cast.first_come_plan(seats)])
    return event, event.slots.get()


def registering(slot: Slot, who: User, *, request_id: uuid.UUID | None = None) -> Callable[[], Registration]:
    return lambda: register(slot=slot, attendee=who, at=cast.NOW, request_id=request_id)


class Race:
    """`run` races once and returns the faults: exceptions that are not refusals, and broken rules."""

    def __init__(self, rounds: int = ROUNDS) -> None:
        self.rounds = rounds

    @classmethod
    def what(cls) -> str:
        """A short description of the race: its docstring up to the colon."""
        return (cls.__doc__ or "").partition(":")[0].rstrip(".").lower()

    def run(self) -> list[object]:
        raise NotImplementedError

    def wrong(self) -> list[object]:
        return [problem for _round in range(self.rounds) for problem in [*self.run(), *breaches()]]


class LastSeat(Race):
    """Eight people want the last seat."""

    def run(self) -> list[object]:
        event, slot = small(1)
        given = at_once(*(registering(slot, who) for who in cast.people(8)))
        sold = Registration.objects.filter(event=event).confirmed().count()
        return [*accidents(given), *(["not sold once"] if sold != 1 else [])]


class SeatGivenBack(Race):
    """The holder of the only seat leaves while another person registers."""

    def run(self) -> list[object]:
        event, slot = small(1)
        dan, finn = cast.person("dan"), cast.person("finn")
        register(slot=slot, attendee=dan, at=cast.NOW)
        given = at_once(
            lambda: leave_event(event=event, person=dan, at=cast.NOW, by=dan),
            registering(slot, finn),
        )
        seat = Registration.objects.active().get(event=event)
        return [*accidents(given), *(["the seat is lost"] if seat.state != CONFIRMED else [])]


class SmallerSlot(Race):
    """An organizer halves the slot while people register: the change is refused with the number, or people queue."""

    def run(self) -> list[object]:
        event, slot = small(6)
        aiko = cast.person("aiko")
        for who in cast.people(2, called="early"):
            register(slot=slot, attendee=who, at=cast.NOW)
        given = at_once(
            lambda: change_capacity(slot=slot, capacity=3, at=cast.NOW, by=aiko),
            *(registering(slot, who) for who in cast.people(6)),
        )
        slot.refresh_from_db()
        sold = Registration.objects.filter(event=event).confirmed().count()
        shrunk = not isinstance(given[0], SeatsTaken)
        fits = slot.capacity == (3 if shrunk else 6) and sold == slot.capacity
        return [*accidents(given), *([] if fits else [f"{sold} sold of {slot.capacity}"])]


class SameRequest(Race):
    """One form, sent six times at the same moment: there is one registration, and all six requests get it."""

    def run(self) -> list[object]:
        event, slot = small(30)
        dan, request_id = cast.person("dan"), uuid.uuid4()
        given = at_once(*[registering(slot, dan, request_id=request_id)] * 6)
        same = {one.pk for one in given if isinstance(one, Registration)}
        steps = HistoryEntry.objects.filter(thread=event.thread, verb="register").count()
        once = len(same) == steps == 1 and not any(isinstance(one, Exception) for one in given)
        return [*accidents(given), *([] if once else [given])]


class TwoTabs(Race):
    """Two forms of one person at the same moment: one succeeds, the other is refused."""

    def run(self) -> list[object]:
        _event, slot = small(30)
        given = at_once(*(registering(slot, cast.person("dan"), request_id=uuid.uuid4()) for _tab in range(2)))
        refused = [one for one in given if isinstance(one, AlreadyRegistered)]
        return [*accidents(given), *([] if len(refused) == 1 else [given])]


class ManyDraws(Race):
    """Two organizers press the button of an overdue draw while two clocks draw it: there is one draw."""

    def run(self) -> list[object]:
        event = cast.event(slots=[cast.lottery_plan(3)])
        for guest in cast.people(9):
            cast.registered(guest, event)
        now = timezone.now()
        Lottery.objects.filter(slot__event=event).update(
            closes_at=now - timedelta(hours=2), draws_at=now - timedelta(hours=1)
        )
        Event.objects.filter(pk=event.pk).update(starts_at=now + timedelta(days=3), ends_at=now + timedelta(days=4))
        cast.member("ben", Role.ORGANIZER)
        desks = [cast.signed_in("aiko"), cast.signed_in("ben")]
        form = {"slot": event.slots.get().public_id}

        def clock() -> None:
            for step in (freeze_lotteries, fetch_values, draw_lotteries):
                step(at=now)

        given = at_once(
            *(lambda desk=desk: desk.post(f"/desk/events/{event.public_id}/draw/", form) for desk in desks),
            clock,
            clock,
        )
        steps = list(
            HistoryEntry.objects.filter(thread=event.thread, subject__startswith="lottery:")
            .order_by("pk")
            .values_list("verb", flat=True)
        )
        told = Notification.objects.filter(thread=event.thread, kind__in=["drawn_in", "drawn_out"]).count()
        wrong = [one for one in given[:2] if getattr(one, "status_code", 0) != 302]
        once = steps == ["freeze", "fetch_randomness", "draw"] and told == 9
        return [*accidents(given), *wrong, *([] if once else [(steps, told)])]


RACES = [LastSeat, SeatGivenBack, SmallerSlot, SameRequest, TwoTabs, ManyDraws]


@pytest.mark.in_short(3)
@pytest.mark.parametrize("race", RACES)
def test_nobody_loses_what_was_theirs(race: type[Race], figures: Figures) -> None:
    wrong = race().wrong()
    figures.add(f"race: {race.what()}", f"{len(wrong)} wrong in {ROUNDS}")
    assert wrong == []


@pytest.mark.story
@pytest.mark.parametrize("race", RACES)
def test_without_the_lock_the_race_is_lost(race: type[Race], monkeypatch: pytest.MonkeyPatch, figures: Figures) -> None:
    take_the_lock_away(monkeypatch)
    wrong = race().wrong()
    figures.add(f"control, lock off: {race.what()}", f"{len(wrong)} wrong (must be more than 0)")
    assert wrong
