"""Whatever ends a part of a person at an event, its calendar entry goes with the mail that tells them (RULES 169, 246).

A table: each way in which a seat, a shift, a talk or a place at the rehearsal ends, and the entries that go. What is left in the
calendar by mail is then what the calendar at the person's secret address shows.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

import icalendar
import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from meetups.communities.models import Membership
from meetups.communities.permissions import Role
from meetups.events.models import Event, Undo
from meetups.lifecycle.absence.handed_over import absence_plan
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.actions.remove_attendees import remove_attendees
from meetups.lifecycle.actions.remove_rehearsal import remove_rehearsal
from meetups.lifecycle.actions.set_rehearsal import set_rehearsal
from meetups.lifecycle.actions.team.change_role import change_role
from meetups.lifecycle.actions.team.hand_over_duties import hand_over_duties
from meetups.lifecycle.actions.team.remove_member import remove_member
from meetups.lifecycle.agenda import agenda_of
from meetups.lifecycle.emails.rehearsal import RehearsalLeft
from meetups.notifications.actions.deliver import deliver
from meetups.registrations.actions.arrivals.check_in import check_in
from meetups.registrations.actions.arrivals.undo_check_in import undo_check_in
from meetups.registrations.actions.offers.accept_offer import accept_offer
from meetups.registrations.actions.reconfirmation.plan_reconfirmation import plan_reconfirmation
from meetups.registrations.actions.registration.change_slot import change_slot
from meetups.registrations.actions.registration.move_registration import move_registration
from meetups.registrations.models import Offer, Slot
from meetups.registrations.tasks import reconfirm_seats
from meetups.speakers.actions.co_speakers.release_co_speaker import release_co_speaker
from meetups.speakers.actions.talks.take_back_talk import take_back_talk
from meetups.speakers.actions.talks.withdraw_talk import withdraw_talk
from meetups.speakers.models import CoSpeaker
from meetups.volunteers.actions.handovers.accept_handover import accept_handover
from meetups.volunteers.actions.handovers.hand_over_shift import hand_over_shift
from meetups.volunteers.actions.shifts.cancel_shift import cancel_shift
from meetups.volunteers.actions.shifts.change_shift import change_shift
from meetups.volunteers.actions.shifts.end_shift_now import end_shift_now
from meetups.volunteers.actions.signups.step_down import step_down
from meetups.volunteers.models import Handover, Shift
from meetups.volunteers.shift_plan import ShiftPlan
from tests.support import cast
from tests.support.mailed_calendar import HOUR, MC, REHEARSAL, Calendar, World, kinds

pytestmark = pytest.mark.django_db(transaction=True)
ALL = "event shift talk rehearsal"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(cast.NOW, tick=False) as clock:
        yield clock


def leaves(w: World) -> None:
    leave_event(event=w.event, person=w.emi, at=w.at, by=w.emi)


def is_removed(w: World) -> None:
    leave_event(event=w.event, person=w.emi, at=w.at, by=w.aiko)


def is_removed_with_others(w: World) -> None:
    remove_attendees(event=w.event, registrations=[w.seat.pk], at=w.at, by=w.aiko)


def moves_to_the_lottery(w: World) -> None:
    slot = cast.slot_of(w.event, Slot.Admission.LOTTERY)
    change_slot(registration=w.seat, slot=slot, accept_waiting=True, at=w.at)


def is_moved_to_the_lottery(w: World) -> None:
    slot = cast.slot_of(w.event, Slot.Admission.LOTTERY)
    move_registration(registration=w.seat, slot=slot, accept_waiting=True, at=w.at, by=w.aiko)


def passes_the_seat_on(w: World) -> None:
    cast.registered("finn", w.event, slot=w.general, at=w.at)
    at = cast.STARTS_AT - timedelta(hours=40)
    leave_event(event=w.event, person=w.emi, at=at, by=w.emi)
    accept_offer(offer=Offer.objects.get(), at=at, by=cast.person("finn"))
    w.read_at = at


def is_silent(w: World) -> None:
    by = cast.STARTS_AT - timedelta(hours=48)
    plan_reconfirmation(
        slot=w.general, ask_at=by - timedelta(days=2), answer_by=by, releases_silent=True, at=w.at, by=w.aiko
    )
    for hours in (48, 24):
        reconfirm_seats(by - timedelta(hours=hours))
        deliver(at=by - timedelta(hours=hours))
    reconfirm_seats(by)
    w.read_at = by


def steps_down(w: World) -> None:
    step_down(signup=w.signup, at=w.at, by=w.emi)


def steps_down_and_leaves(w: World) -> None:
    steps_down(w)
    leaves(w)


def finds_a_replacement(w: World) -> None:
    hand_over_shift(signup=w.signup, address="finn@example.org", at=w.at, by=w.emi)
    accept_handover(handover=Handover.objects.get(), at=w.at, by=cast.person("finn"))


def cannot_make_it(w: World) -> None:
    Membership.objects.filter(person=w.emi).update(deputy=cast.person("ben"))
    hand_over_duties(event=w.event, seen=absence_plan(w.event, w.emi, at=w.at).seen, at=w.at, by=w.emi)


def has_it_canceled(w: World) -> None:
    cancel_shift(shift=w.signup.shift, at=w.at, by=w.aiko)
    end_shift_now(undo=Undo.objects.get(), at=w.at, by=w.aiko)


def gets_other_work(w: World) -> None:
    shift = w.signup.shift
    plan = ShiftPlan(MC.phase, Shift.Role.OTHER, shift.title, shift.starts_at, shift.ends_at, 1, 2, "")
    change_shift(shift=shift, plan=plan, at=w.at, by=w.aiko)


def withdraws_the_talk(w: World) -> None:
    withdraw_talk(talk=w.talk, at=w.at, by=w.talk.speaker)


def loses_the_acceptance(w: World) -> None:
    take_back_talk(talk=w.talk, reply="", at=w.at, by=w.aiko)


def speaks_along_no_more(w: World) -> None:
    release_co_speaker(co_speaker=CoSpeaker.objects.get(), at=w.at, by=w.aiko)


def goes_home_unchecked(w: World) -> None:
    check_in(registration=w.seat, at=w.at, by=w.aiko)
    step_down(signup=w.signup, at=w.at, by=w.emi)
    undo_check_in(registration=w.seat, at=w.at, by=w.aiko, seat_falls=True)


def hears_that_it_is_canceled(w: World) -> None:
    cancel_event(event=w.event, at=w.at, by=w.aiko)


def hears_of_no_rehearsal(w: World) -> None:
    remove_rehearsal(event=w.event, at=w.at, by=w.aiko)


def is_taken_off_the_team(w: World) -> None:
    remove_member(membership=Membership.objects.get(person=w.emi), at=w.at, by=w.aiko)


def does_check_in_only(w: World) -> None:
    mine = Membership.objects.get(person=w.emi)
    change_role(membership=mine, role=Role.RECEPTION, seen=mine.role, at=w.at, by=w.aiko)


WAYS: list[tuple[Callable[[World], None], str, str]] = [
    (leaves, "seat", "event"),
    (leaves, "mc talk", ALL),
    (leaves, "mc", "event shift rehearsal"),
    (leaves, "accepted", "rehearsal"),
    (leaves, "co", "event talk rehearsal"),
    (leaves, "mc team", "event shift"),
    (is_removed, "mc talk", ALL),
    (is_removed_with_others, "mc talk", ALL),
    (is_removed_with_others, "co mc", ALL),
    (moves_to_the_lottery, "seat", "event"),
    (is_moved_to_the_lottery, "seat", "event"),
    (passes_the_seat_on, "seat", "event"),
    (is_silent, "seat", "event"),
    (steps_down, "mc", "event shift rehearsal"),
    (steps_down, "mc talk", "shift"),
    (steps_down_and_leaves, "mc", "event shift rehearsal"),
    (finds_a_replacement, "mc", "event shift rehearsal"),
    (finds_a_replacement, "mc co", "shift"),
    (cannot_make_it, "mc team", "event shift"),
    (has_it_canceled, "mc", "event shift rehearsal"),
    (gets_other_work, "mc", "rehearsal"),
    (gets_other_work, "mc talk", ""),
    (withdraws_the_talk, "talk", "event talk rehearsal"),
    (withdraws_the_talk, "talk mc", "talk"),
    (withdraws_the_talk, "accepted", "rehearsal"),
    (withdraws_the_talk, "co", "event talk rehearsal"),
    (loses_the_acceptance, "talk", "event talk rehearsal"),
    (loses_the_acceptance, "accepted team", ""),
    (speaks_along_no_more, "co", "event talk rehearsal"),
    (speaks_along_no_more, "co mc", "talk"),
    (goes_home_unchecked, "mc", "event shift rehearsal"),
    (hears_that_it_is_canceled, "mc talk", ALL),
    (hears_of_no_rehearsal, "mc talk", "rehearsal"),
    (is_taken_off_the_team, "team", "rehearsal"),
    (is_taken_off_the_team, "team talk", ""),
    (does_check_in_only, "team", "rehearsal"),
]


@pytest.mark.in_short(6)
@pytest.mark.parametrize(("way", "has", "gone"), WAYS, ids=[f"{way.__name__}: {has}" for way, has, _gone in WAYS])
def test_what_ends_leaves_the_calendar(
    way: Callable[[World], None], has: str, gone: str, clock: time_machine.Traveller
) -> None:
    world, calendar = World(has), Calendar("emi")
    clock.shift(HOUR)
    calendar.read(timezone.now())
    before = calendar.standing
    assert set(gone.split()) <= kinds(before)
    clock.shift(HOUR)
    way(world)
    calendar.read(world.read_at)
    assert kinds(before - calendar.standing) == set(gone.split())
    shown = {entry.uid for entry in agenda_of(world.emi, at=timezone.now()) if entry.status == "CONFIRMED"}
    assert calendar.standing == shown & calendar.standing


def test_a_mail_that_forgets_the_rehearsal_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RehearsalLeft, "still_holds", lambda *_args: False)
    world, calendar = World("mc"), Calendar("emi")
    calendar.read(timezone.now())
    leaves(world)
    calendar.read(world.read_at)
    assert kinds(calendar.standing) == {"rehearsal"}


@pytest.mark.parametrize(("way", "has"), [(steps_down, "mc"), (leaves, "mc"), (loses_the_acceptance, "accepted")])
def test_who_goes_before_any_mail_left_hears_of_no_rehearsal(
    way: Callable[[World], None], has: str, clock: time_machine.Traveller
) -> None:
    world, calendar = World(has), Calendar("emi")
    way(world)
    calendar.read(world.read_at)
    sent = " ".join(f"{one.subject} {one.body}" for one in mail.outbox if one.to == ["emi@example.org"])
    assert sent
    assert "リハーサル" not in sent
    assert calendar.entries == {} or "rehearsal" not in kinds(set(calendar.entries))


def test_who_goes_while_a_new_time_waits_to_be_told_is_let_go(clock: time_machine.Traveller) -> None:
    """They know the former time, so they are told, and their calendar lets it go."""
    world, calendar = World("mc"), Calendar("emi")
    calendar.read(timezone.now())
    clock.shift(HOUR)
    set_rehearsal(
        event=Event.objects.get(pk=world.event.pk),
        starts_at=REHEARSAL - 2 * HOUR,
        ends_at=REHEARSAL - HOUR,
        join_url="",
        at=timezone.now(),
        by=world.aiko,
    )
    steps_down(world)
    calendar.read(world.read_at)
    assert "rehearsal" not in kinds(calendar.standing)
    assert "リハーサルの参加は不要" in " ".join(str(one.body) for one in mail.outbox if one.to == ["emi@example.org"])


def test_who_leaves_gets_one_mail_that_names_all_of_it() -> None:
    world, calendar = World("mc talk"), Calendar("emi")
    calendar.read(timezone.now())
    leaves(world)
    calendar.read(world.read_at)
    [one] = [sent for sent in mail.outbox if sent.to == ["emi@example.org"]]
    assert one.subject.startswith("キャンセル完了")
    for words in ("シフト「司会」の担当から外れました", "リハーサルの参加は不要", world.talk.title):
        assert words in one.body


def test_a_mail_that_comes_with_the_same_number_takes_nothing_out() -> None:
    """The control of the table: it reads as mail programs do."""
    calendar = Calendar("emi")
    for method, sequence in (("REQUEST", 3), ("CANCEL", 3)):
        file = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:a-talk-1@x\r\nSEQUENCE:{sequence}\r\n"
        calendar.take_over(icalendar.Calendar.from_ical(file + "END:VEVENT\r\nEND:VCALENDAR\r\n"))
    assert kinds(calendar.standing) == {"talk"}
