"""Who comes to belong to a rehearsal after it was set has it in their calendar at once (RULES 260).

A table: each way in which a person gets a reason to be there. It is told with the mail that tells them of the reason.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from meetups.communities.models import Membership
from meetups.communities.permissions import Role
from meetups.events.models import Undo
from meetups.lifecycle.absence.handed_over import absence_plan
from meetups.lifecycle.actions.remove_rehearsal import remove_rehearsal
from meetups.lifecycle.actions.team.hand_over_duties import hand_over_duties
from meetups.lifecycle.actions.undo.take_back_duties import take_back_duties
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.speakers.actions.co_speakers.ask_co_speaker import ask_co_speaker
from meetups.speakers.actions.co_speakers.join_as_co_speaker import join_as_co_speaker
from meetups.speakers.actions.talks.reopen_talk import reopen_talk
from meetups.speakers.actions.talks.take_back_talk import take_back_talk
from meetups.speakers.models import CoSpeaker, Talk
from meetups.volunteers.actions.handovers.accept_handover import accept_handover
from meetups.volunteers.actions.handovers.hand_over_shift import hand_over_shift
from meetups.volunteers.actions.shifts.change_shift import change_shift
from meetups.volunteers.actions.signups.accept_signup import accept_signup
from meetups.volunteers.actions.signups.assign_shift import assign_shift
from meetups.volunteers.actions.signups.step_down import step_down
from meetups.volunteers.models import Handover, Shift, Signup
from meetups.volunteers.shift_plan import ShiftPlan
from tests.support import cast
from tests.support.mailed_calendar import HOUR, MC, Calendar, World, kinds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(cast.NOW, tick=False) as clock:
        yield clock


def takes_the_shift(w: World) -> None:
    at = f"/events/{w.event.public_id}/shifts/{cast.shift_of(w.event).pk}/signup/"
    assert cast.signed_in("emi").post(at).status_code == 302


def is_put_on_it(w: World) -> None:
    assign_shift(shift=cast.shift_of(w.event), volunteer=w.emi, at=w.at, by=w.aiko)


def has_asked_for_it(w: World) -> None:
    Shift.objects.update(needs_approval=True)
    takes_the_shift(w)
    deliver(at=w.at)
    accept_signup(signup=Signup.objects.get(volunteer=w.emi), at=w.at, by=w.aiko)


def takes_over_that_of_finn(w: World) -> None:
    hers = cast.volunteering("finn", w.event)
    hand_over_shift(signup=hers, address="emi@example.org", at=w.at, by=hers.volunteer)
    accept_handover(handover=Handover.objects.get(), at=w.at, by=w.emi)


def stands_in_for_ben(w: World) -> None:
    cast.member("emi", Role.RECEPTION)
    ben = cast.volunteering("ben", w.event).volunteer
    Membership.objects.filter(person=ben).update(deputy=w.emi)
    hand_over_duties(event=w.event, seen=absence_plan(w.event, ben, at=w.at).seen, at=w.at, by=ben)


def hears_that_it_is_on_screen(w: World) -> None:
    shift = cast.shift_of(w.event)
    plan = ShiftPlan(MC.phase, Shift.Role.OTHER, shift.title, shift.starts_at, shift.ends_at, 1, 2, "")
    change_shift(shift=shift, plan=plan, at=w.at, by=w.aiko)
    cast.volunteering("emi", w.event)
    deliver(at=w.at)
    mail.outbox.clear()
    change_shift(shift=cast.shift_of(w.event), plan=MC, at=w.at, by=w.aiko)


def speaks_along(w: World, state: Talk.State = Talk.State.ACCEPTED) -> None:
    talk = cast.talk("finn", w.event, state=state, at=w.at)
    ask_co_speaker(talk=talk, address="emi@example.org", at=w.at, by=talk.speaker)
    join_as_co_speaker(co_speaker=CoSpeaker.objects.get(), at=w.at, by=w.emi)


def speaks_along_on_the_program(w: World) -> None:
    speaks_along(w, Talk.State.CONFIRMED)


def speaks_along_after_all(w: World) -> None:
    speaks_along(w)
    take_back_talk(talk=w.talk, reply="", at=w.at, by=w.aiko)
    deliver(at=w.at)
    reopen_talk(talk=w.talk, at=w.at, by=w.aiko)
    cast.decided(w.talk, Talk.Decision.ACCEPT, at=w.at)


WAYS = [
    (takes_the_shift, ""),
    (takes_the_shift, "seat"),
    (is_put_on_it, "seat"),
    (has_asked_for_it, ""),
    (takes_over_that_of_finn, ""),
    (stands_in_for_ben, ""),
    (hears_that_it_is_on_screen, ""),
    (speaks_along, ""),
    (speaks_along_on_the_program, ""),
    (speaks_along_after_all, ""),
]


@pytest.mark.parametrize(("way", "has"), WAYS, ids=[f"{way.__name__}: {has}" for way, has in WAYS])
def test_the_rehearsal_comes_with_the_reason_to_be_there(
    way: Callable[[World], None], has: str, clock: time_machine.Traveller
) -> None:
    world, calendar = World(has), Calendar("emi")
    calendar.read(timezone.now())
    assert "rehearsal" not in kinds(calendar.standing)
    clock.shift(HOUR)
    way(world)
    calendar.read(world.read_at)
    assert "rehearsal" in kinds(calendar.standing)


def test_one_mail_confirms_the_shift_and_says_when_the_rehearsal_is() -> None:
    world, calendar = World(""), Calendar("emi")
    takes_the_shift(world)
    calendar.read(world.read_at)
    [one] = [sent for sent in mail.outbox if sent.to == ["emi@example.org"]]
    assert one.subject.startswith("You’re volunteering – seat confirmed")
    assert "Here’s when and where the rehearsal" in one.body


def test_other_work_brings_no_rehearsal_nor_does_one_that_is_over_or_called_off(clock: time_machine.Traveller) -> None:
    world, calendar = World(""), Calendar("emi")
    Shift.objects.update(role=Shift.Role.OTHER)
    takes_the_shift(world)
    calendar.read(world.read_at)
    assert kinds(calendar.standing) == {"event", "shift"}
    step_down(signup=world.signup, at=world.at, by=world.emi)
    Shift.objects.update(role=Shift.Role.MC)
    clock.move_to(cast.STARTS_AT - timedelta(hours=22))
    takes_the_shift(world)
    calendar.read(timezone.now())
    assert kinds(calendar.standing) == {"event", "shift"}
    remove_rehearsal(event=world.event, at=timezone.now(), by=world.aiko)
    assert not Notification.objects.filter(kind="rehearsal_joined").exists()


def test_who_comes_back_has_the_entry_with_a_higher_number(clock: time_machine.Traveller) -> None:
    world, calendar = World("mc"), Calendar("emi")
    for way in (lambda: step_down(signup=world.signup, at=world.at, by=world.emi), lambda: takes_the_shift(world)):
        calendar.read(timezone.now())
        [(before, _method)] = [calendar.entries[uid] for uid in calendar.entries if "rehearsal" in uid]
        clock.shift(HOUR)
        way()
        calendar.read(timezone.now())
        [(after, _method)] = [calendar.entries[uid] for uid in calendar.entries if "rehearsal" in uid]
        assert after > before
    assert "rehearsal" in kinds(calendar.standing)


def test_who_lets_the_shift_go_before_the_mail_leaves_hears_of_no_rehearsal() -> None:
    world, calendar = World("seat"), Calendar("emi")
    takes_the_shift(world)
    step_down(signup=world.signup, at=world.at, by=world.emi)
    calendar.read(world.read_at)
    assert calendar.standing == set()


def test_what_is_taken_back_in_time_brings_no_rehearsal(clock: time_machine.Traveller) -> None:
    world, calendar = World(""), Calendar("emi")
    stands_in_for_ben(world)
    calendar.read(timezone.now())
    assert not calendar.entries
    clock.shift(timedelta(minutes=5))
    undo = Undo.objects.get()
    take_back_duties(undo=undo, at=timezone.now(), by=cast.person("ben"))
    clock.shift(timedelta(minutes=20))
    calendar.read(timezone.now())
    assert not calendar.entries
