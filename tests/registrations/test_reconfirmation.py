"""The attendance check: people with a seat are asked, silence gets one reminder, then the seat is released or kept (RULES 26)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from meetups.core.errors import DomainError
from meetups.core.links import cancellation_token, reconfirmation_token
from meetups.events.models import Event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.actions.receive_bounce import Became, receive_bounce
from meetups.notifications.models import Notification, Suppression
from meetups.notifications.reports import Report, ReportedOutcome
from meetups.registrations.actions.reconfirmation.ask_to_reconfirm import ask_to_reconfirm
from meetups.registrations.actions.reconfirmation.drop_reconfirmation import drop_reconfirmation
from meetups.registrations.actions.reconfirmation.plan_reconfirmation import (
    AnsweredTooLate,
    AskedBeforeTheDraw,
    AskedInThePast,
    NobodyToReconfirm,
    TooLittleTimeToAnswer,
    plan_reconfirmation,
)
from meetups.registrations.actions.reconfirmation.reconfirm import NothingWasAsked, SeatIsOnItsWay, reconfirm
from meetups.registrations.actions.registration.change_slot import change_slot
from meetups.registrations.models import Reconfirmation, Registration, Slot
from meetups.registrations.pen.ledger import Guest
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.reconfirmation import latest_answer, reconfirmation_of
from meetups.registrations.refusals import AlreadyAsked, EventClosed, NoLongerRegistered
from meetups.registrations.tasks import reconfirm_seats
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)
CONFIRMED, WAITLISTED, CANCELLED = (
    Registration.State.CONFIRMED,
    Registration.State.WAITLISTED,
    Registration.State.CANCELLED,
)
# On site, promotion stops 24 hours before the start, so answers are due 48 hours before it at the latest.
ANSWER_BY = cast.STARTS_AT - timedelta(hours=48)
ASK_AT = ANSWER_BY - timedelta(days=4)
HALF_WAY = ANSWER_BY - timedelta(days=2)


@pytest.fixture(autouse=True)
def invariants_hold(db: None) -> Iterator[None]:
    yield
    assert breaches() == []


@pytest.fixture
def event() -> Event:
    """Two seats, which are Dan's and Emi's; Finn is in the queue."""
    event = cast.event(slots=[cast.first_come_plan(2), cast.duty_plan()])
    for name in ("dan", "emi", "finn"):
        cast.registered(name, event)
    return event


def plan(event: Event, *, slot: Slot | None = None, at: datetime = cast.NOW, **changed: Any) -> Reconfirmation:
    usual: dict[str, Any] = {"ask_at": ASK_AT, "answer_by": ANSWER_BY, "releases_silent": True}
    slot = slot or event.slots.in_order()[0]
    return plan_reconfirmation(slot=slot, at=at, by=cast.person("aiko"), **{**usual, **changed})


def of(name: str) -> Registration:
    return Registration.objects.filter(attendee=cast.person(name)).latest("pk")


def state(name: str) -> str:
    return of(name).state


def told(name: str) -> list[str]:
    return list(Notification.objects.filter(recipient=cast.person(name)).order_by("pk").values_list("kind", flat=True))


def tick(at: datetime) -> None:
    """Runs this step of the clock, and sends the mails."""
    reconfirm_seats(at)
    deliver(at=at)


def say_yes(name: str, at: datetime = ASK_AT) -> None:
    reconfirm(registration=of(name), at=at, by=cast.person(name))


def test_asked_reminded_once_and_released(event: Event) -> None:
    plan(event)
    tick(ASK_AT - timedelta(seconds=1))
    assert "reconfirmation_asked" not in told("dan")
    for _clock in range(2):
        tick(ASK_AT)
    say_yes("dan")
    for _clock in range(3):
        tick(HALF_WAY)
    assert [told(name).count("reconfirmation_asked") for name in ("dan", "emi", "finn")] == [1, 1, 0]
    assert [told(name).count("reconfirmation_reminder") for name in ("dan", "emi", "finn")] == [0, 1, 0]
    tick(ANSWER_BY - timedelta(seconds=1))
    assert state("emi") == CONFIRMED
    for _clock in range(2):
        tick(ANSWER_BY)
    assert [state(name) for name in ("dan", "emi", "finn")] == [CONFIRMED, CANCELLED, CONFIRMED]
    assert told("emi")[-1] == "released"
    assert told("finn")[-1] == "promoted"
    assert of("emi").absent_at is None
    assert sum("emi@example.org" in one.to for one in mail.outbox) == 4


def test_silence_is_kept_where_the_organizer_chose_so(event: Event) -> None:
    plan(event, releases_silent=False)
    for at in (ASK_AT, HALF_WAY, ANSWER_BY):
        tick(at)
    assert [state(name) for name in ("dan", "emi", "finn")] == [CONFIRMED, CONFIRMED, WAITLISTED]
    assert Reconfirmation.objects.get().state == Reconfirmation.State.SETTLED


def test_the_desk_sees_who_answered(event: Event) -> None:
    slot = event.slots.in_order()[0]
    assert reconfirmation_of(slot) is None
    plan(event)
    tick(ASK_AT)
    say_yes("dan")
    answers = reconfirmation_of(slot)
    assert answers is not None
    assert (answers.coming, answers.silent) == (1, 1)
    assert of("dan").reconfirmed_at == ASK_AT
    assert (of("emi").asked_at, of("emi").reconfirmed_at) == (ASK_AT, None)


def test_whoever_moves_up_after_the_question_is_never_released(event: Event) -> None:
    plan(event)
    tick(ASK_AT)
    leave_event(event=event, person=cast.person("dan"), at=ASK_AT, by=cast.person("dan"))
    assert state("finn") == CONFIRMED
    tick(ANSWER_BY)
    assert [state(name) for name in ("emi", "finn")] == [CANCELLED, CONFIRMED]
    assert "reconfirmation_asked" not in told("finn")


def test_a_held_seat_a_guest_and_a_seat_outside_the_count_are_not_asked(event: Event) -> None:
    cast.volunteering("dan", event)
    slot = event.slots.in_order()[0]
    Registration.objects.filter(pk=of("emi").pk).update(above_capacity=True)
    Slot.objects.filter(pk=slot.pk).update(taken=1)
    with seats_of(event, at=cast.NOW) as seats:
        guest = seats.by_hand.bring_in(
            slot, Guest("客", "guest:1"), above=False, at=cast.NOW, by=cast.person("aiko"), verb="place", tell="placed"
        )
    plan(event)
    tick(ASK_AT)
    assert [bool(of(name).asked_at) for name in ("dan", "emi", "finn")] == [False, False, True]
    tick(ANSWER_BY)
    assert [state(name) for name in ("dan", "emi", "finn")] == [CONFIRMED, CONFIRMED, CANCELLED]
    guest.refresh_from_db()
    assert (guest.state, guest.asked_at) == (CONFIRMED, None)


def test_whoever_the_mail_did_not_reach_did_not_keep_silent(event: Event) -> None:
    plan(event)
    Suppression.objects.create(address="emi@example.org", since=cast.NOW, reason="5.1.1 unknown")
    tick(ASK_AT)
    reconfirm_seats(ANSWER_BY)
    assert [state(name) for name in ("dan", "emi", "finn")] == [CANCELLED, CONFIRMED, CONFIRMED]


def test_nor_did_whoever_it_came_back_from(event: Event) -> None:
    plan(event)
    tick(ASK_AT)
    row = Notification.objects.get(recipient=cast.person("emi"), kind="reconfirmation_asked")
    report = Report(row.message_id, (ReportedOutcome(frozenset({"emi@example.org"}), "failed", "5.1.1", ""),))
    assert receive_bounce(report=report, at=ASK_AT + timedelta(hours=1)).became == Became.BOUNCED
    reconfirm_seats(ANSWER_BY)
    assert [state(name) for name in ("dan", "emi", "finn")] == [CANCELLED, CONFIRMED, CONFIRMED]


def test_a_clock_that_comes_too_late_asks_nobody_and_takes_nothing(event: Event) -> None:
    plan(event)
    tick(HALF_WAY)
    assert Reconfirmation.objects.get().state == Reconfirmation.State.SETTLED
    assert of("dan").asked_at is None


def test_seats_are_not_released_when_nobody_can_move_up_any_more(event: Event) -> None:
    plan(event)
    tick(ASK_AT)
    tick(cast.STARTS_AT - timedelta(hours=24))
    assert Reconfirmation.objects.get().state == Reconfirmation.State.SETTLED
    assert state("dan") == CONFIRMED


def test_a_yes_counts_as_long_as_the_seat_has_not_gone(event: Event) -> None:
    plan(event)
    tick(ASK_AT)
    say_yes("dan", ANSWER_BY)
    say_yes("dan", ANSWER_BY + timedelta(seconds=1))
    tick(ANSWER_BY + timedelta(seconds=2))
    assert state("dan") == CONFIRMED
    assert of("dan").reconfirmed_at == ANSWER_BY
    with pytest.raises(NoLongerRegistered):
        say_yes("emi", ANSWER_BY + timedelta(seconds=3))


def test_only_who_was_asked_answers(event: Event) -> None:
    plan(event)
    with pytest.raises(NothingWasAsked):
        say_yes("dan")
    tick(ASK_AT)
    with pytest.raises(NothingWasAsked):
        say_yes("finn")


def test_another_slot_is_another_question() -> None:
    event = cast.event(slots=[cast.first_come_plan(2), cast.first_come_plan(2, name="学生枠")])
    cast.registered("dan", event)
    plan(event)
    tick(ASK_AT)
    change_slot(registration=of("dan"), slot=event.slots.in_order()[1], at=ASK_AT)
    assert of("dan").asked_at is None
    tick(ANSWER_BY)
    assert state("dan") == CONFIRMED


def test_a_seat_on_its_way_to_somebody_is_not_released() -> None:
    """If free cancellation ends early, an attendee may hand the seat over during the attendance check."""
    event = cast.event(slots=[cast.first_come_plan(1)])
    Slot.objects.filter(event=event).update(free_cancellation_ends_at=ASK_AT)
    for name in ("dan", "emi"):
        cast.registered(name, event)
    plan(event)
    tick(ASK_AT)
    assert not leave_event(event=event, person=cast.person("dan"), at=ASK_AT, by=cast.person("dan"))
    with pytest.raises(SeatIsOnItsWay):
        say_yes("dan")
    tick(ANSWER_BY)
    assert of("dan").hands_over_at


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"ask_at": cast.NOW - timedelta(minutes=1)}, AskedInThePast),
        ({"answer_by": ANSWER_BY + timedelta(minutes=1)}, AnsweredTooLate),
        ({"ask_at": ANSWER_BY - timedelta(hours=23)}, TooLittleTimeToAnswer),
        ({"ask_at": ANSWER_BY + timedelta(hours=1)}, TooLittleTimeToAnswer),
    ],
)
def test_what_cannot_be_planned(event: Event, changed: dict[str, Any], refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        plan(event, **changed)
    assert not Reconfirmation.objects.exists()


def test_a_duty_slot_and_a_lottery_to_come_are_not_asked(event: Event) -> None:
    with pytest.raises(NobodyToReconfirm):
        plan(event, slot=cast.slot_of(event, Slot.Admission.DUTY))
    drawn = cast.event(slots=[cast.lottery_plan(1)])
    with pytest.raises(AskedBeforeTheDraw):
        plan(drawn)
    plan(drawn, ask_at=cast.DRAWS_AT)
    with pytest.raises(EventClosed):
        plan(event, at=cast.ENDS_AT)


def test_the_question_waits_for_a_draw_that_is_late() -> None:
    event = cast.event(slots=[cast.lottery_plan(1)])
    cast.registered("dan", event)
    plan(event, ask_at=cast.DRAWS_AT, answer_by=ANSWER_BY)
    tick(cast.DRAWS_AT)
    assert Reconfirmation.objects.get().state == Reconfirmation.State.PLANNED
    cast.draw(event)
    tick(cast.DRAWS_AT + timedelta(minutes=1))
    assert told("dan")[-1] == "reconfirmation_asked"


def test_planned_anew_and_dropped_until_it_is_asked(event: Event) -> None:
    first = plan(event)
    again = plan(event, releases_silent=False)
    assert (again.pk, again.releases_silent) == (first.pk, False)
    for _click in range(2):
        drop_reconfirmation(reconfirmation=again, at=cast.NOW, by=cast.person("aiko"))
    assert not Reconfirmation.objects.exists()
    asked = plan(event)
    tick(ASK_AT)
    with pytest.raises(AlreadyAsked):
        plan(event, at=ASK_AT, ask_at=ASK_AT)
    with pytest.raises(AlreadyAsked):
        drop_reconfirmation(reconfirmation=asked, at=ASK_AT, by=cast.person("aiko"))


def move(event: Event, by: timedelta, at: datetime) -> None:
    event.refresh_from_db()
    fields: dict[str, object] = {"starts_at": event.starts_at + by, "ends_at": event.ends_at + by}
    change_event(event=event, fields=fields, at=at, by=cast.person("aiko"))


def test_the_question_moves_with_its_event_and_reminds_once(event: Event) -> None:
    plan(event)
    tick(ASK_AT)
    tick(HALF_WAY)
    move(event, timedelta(days=7), HALF_WAY)
    question = Reconfirmation.objects.get()
    assert question.answer_by == ANSWER_BY + timedelta(days=7)
    tick(question.remind_at)
    assert told("dan").count("reconfirmation_reminder") == 1
    tick(ANSWER_BY)
    assert state("dan") == CONFIRMED
    tick(question.answer_by)
    assert state("dan") == CANCELLED


def test_a_move_never_cuts_the_time_to_answer_short(event: Event) -> None:
    plan(event)
    tick(ASK_AT)
    move(event, -timedelta(days=3), ASK_AT + timedelta(hours=12))
    question = Reconfirmation.objects.get()
    assert not question.releases_silent
    tick(question.answer_by)
    assert state("dan") == CONFIRMED


def test_before_its_time_nothing_is_asked(event: Event) -> None:
    question = plan(event)
    assert ask_to_reconfirm(reconfirmation=question, at=cast.NOW).state == Reconfirmation.State.PLANNED
    assert latest_answer(question.slot) == ANSWER_BY


# The page


@pytest.fixture
def asked(event: Event) -> Iterator[Event]:
    plan(event)
    tick(ASK_AT)
    with time_machine.travel(ASK_AT, tick=False):
        yield event


def address(name: str) -> str:
    return reverse("reconfirmation", args=[reconfirmation_token(of(name).pk)])


def test_scanners_look_and_one_click_answers(asked: Event) -> None:
    stranger = Client(headers={"accept-language": "en"})
    for _scan in range(3):
        page = stranger.get(address("dan")).content.decode()
    assert of("dan").reconfirmed_at is None
    assert "Please reply by" in page
    assert "If you don’t reply, your seat goes to someone on the waitlist." in page
    assert "The next person on the waitlist gets in right away." in page
    assert stranger.post(address("dan")).status_code == 422
    for _click in range(2):
        page = stranger.post(address("dan"), {"answer": "yes"}, follow=True).content.decode()
    assert "You’re coming. Thank you!" in page
    assert of("dan").reconfirmed_at == ASK_AT


def test_no_with_one_click(asked: Event) -> None:
    stranger = Client()
    where = address("dan")
    for _click in range(2):
        assert stranger.post(where, {"answer": "no"}, follow=True).status_code == 200
    assert [state(name) for name in ("dan", "finn")] == [CANCELLED, CONFIRMED]
    assert told("dan").count("left") == 1
    assert stranger.post(where, {"answer": "yes"}).status_code == 409


def test_the_question_opens_with_its_own_link_only(asked: Event) -> None:
    stranger = Client()
    for token in ("x", str(of("dan").pk), cancellation_token(of("dan").pk)):
        assert stranger.post(reverse("reconfirmation", args=[token]), {"answer": "no"}).status_code == 404
    assert state("dan") == CONFIRMED


def test_whoever_is_asked_sees_it_wherever_she_stands(asked: Event) -> None:
    dan = cast.signed_in("dan")
    for name, parameters in (("registration", [asked.public_id]), ("my_page", []), ("event", [asked.public_id])):
        page = dan.get(reverse(name, args=parameters)).content.decode()
        assert "Are you still coming? Please reply by Thu, Dec 3, 2:00 PM." in page, name
    dan.post(address("dan"), {"answer": "yes"})
    page = dan.get(reverse("registration", args=[asked.public_id])).content.decode()
    assert "You replied that you’re coming." in page
