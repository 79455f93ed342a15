""" "I can't make it": what is one person's at an event goes to their deputy, or to whoever has least, in one press."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetups.communities.models import Membership
from meetups.communities.permissions import Role
from meetups.events.event_roles import EventRole
from meetups.events.models import Event, Undo
from meetups.history.models import HistoryEntry
from meetups.lifecycle.absence.handed_over import absence_plan
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.models import Registration
from meetups.runbook.models import Todo
from meetups.volunteers.actions.shifts.plan_shift import plan_shift
from meetups.volunteers.actions.signups.assign_shift import assign_shift
from meetups.volunteers.actions.signups.step_down import step_down
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.shift_plan import ShiftPlan
from tests.support import cast

pytestmark = pytest.mark.django_db

AT_FIVE = cast.STARTS_AT - timedelta(hours=2)
MC = ShiftPlan(Shift.Phase.EVENT, Shift.Role.MC, "司会", cast.STARTS_AT, cast.ENDS_AT, 1, 1, "")


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(AT_FIVE, tick=False):
        yield


@pytest.fixture
def event() -> Event:
    """Aiko leads the teardown and is the MC; Ben organizes, Chie does check-in."""
    event = cast.event(
        slots=[cast.first_come_plan(5), cast.duty_plan()], shifts=[MC, cast.teardown_plan(minimum=1, maximum=4)]
    )
    cast.member("ben", Role.ORGANIZER)
    cast.member("chie", Role.RECEPTION)
    mc, teardown = event.shifts.in_order()
    Shift.objects.filter(pk=teardown.pk).update(lead=cast.person("aiko"))
    assign_shift(shift=mc, volunteer=cast.person("aiko"), at=cast.NOW, by=cast.person("aiko"))
    Notification.objects.update(state="void")
    return event


def named(deputy: str, of: str = "aiko") -> None:
    Membership.objects.filter(person=cast.person(of)).update(deputy=cast.person(deputy))


def page(event: Event, who: str = "aiko") -> str:
    return str(cast.signed_in(who).get(reverse("desk_absence", args=[event.public_id])).content.decode())


def press(event: Event, who: str = "aiko", seen: str | None = None) -> Any:
    found = re.search(r'name="seen" value="([^"]*)"', page(event, who))
    sent = seen if seen is not None else found[1] if found else ""
    return cast.signed_in(who).post(reverse("desk_absence", args=[event.public_id]), {"seen": sent}, follow=True)


def undo(event: Event, who: str = "aiko", intent: str = "undo") -> Any:
    url = reverse("desk_undo", args=[event.public_id, Undo.objects.get().pk])
    return cast.signed_in(who).post(url, {"intent": intent}, follow=True)


def who_has(event: Event) -> tuple[set[str], str]:
    """The MC, and the lead of teardown."""
    mc, teardown = event.shifts.in_order().select_related("lead")
    active = Signup.objects.active().filter(shift=mc).select_related("volunteer")
    return {one.volunteer.name for one in active}, teardown.lead.name if teardown.lead else ""


def test_the_page_names_who_takes_what_before_the_press(event: Event) -> None:
    named("chie")
    seen = " ".join(re.sub(r"<[^>]+>", "", page(event)).split())
    assert "3 things to pass on" in seen
    assert "To 千恵" in seen
    for words in ("Lead of “撤収”", "Shift “司会”", "An organizer’s rights at this event", "One email each"):
        assert words in seen
    assert who_has(event) == ({"愛子"}, "愛子")


def test_one_press_hands_all_of_it_to_the_deputy_who_then_runs_the_evening(event: Event) -> None:
    """At 17:00 on the day: nothing is missed, and the deputy, who could only check people in, can do everything there."""
    named("chie")
    chie = cast.signed_in("chie")
    assert chie.get(reverse("desk_event", args=[event.public_id])).status_code == 404
    said = press(event).content.decode()
    assert "Passed on to 1 person" in said
    assert "Duties of 愛子 passed on" in said
    assert who_has(event) == ({"千恵"}, "千恵")
    for name in ("desk_event", "desk_check_in", "desk_shifts", "desk_programme_run", "desk_attendees", "desk_teardown"):
        assert chie.get(reverse(name, args=[event.public_id])).status_code == 200, name
    assert reverse("desk_event", args=[event.public_id]) in chie.get("/desk/").content.decode()
    # Rights are for this event only.
    assert chie.get("/desk/c/ml/").status_code == 404
    assert absence_plan(event, cast.person("aiko"), at=AT_FIVE).duties == []
    call_command("check_invariants")


def test_each_is_told_once_after_ten_minutes(event: Event) -> None:
    named("chie")
    press(event)
    deliver(at=AT_FIVE + timedelta(minutes=9))
    assert not Notification.objects.filter(state="sent").exists()
    deliver(at=AT_FIVE + timedelta(minutes=10))
    sent = Notification.objects.filter(state="sent")
    mails = sent.filter(recipient=cast.person("chie")).values_list("message_id", flat=True).distinct()
    assert len(mails) == 1, list(sent.values_list("kind", "message_id"))
    assert set(sent.filter(recipient=cast.person("chie")).values_list("kind", flat=True)) == {
        "duties_handed_over", "duty_assigned",
    }  # fmt: skip
    assert not sent.filter(recipient=cast.person("ben")).exists()


def test_who_does_not_want_to_wait_tells_them_now(event: Event) -> None:
    press(event)
    undo(event, intent="send")
    deliver(at=AT_FIVE)
    assert Notification.objects.filter(state="sent", kind="duty_assigned").exists()
    assert not Undo.objects.exists()


def test_it_is_undone_within_ten_minutes_and_no_one_hears_of_it(event: Event) -> None:
    named("chie")
    cast.registered("chie", event)
    Notification.objects.update(state="void")
    press(event)
    assert "Undone" in undo(event).content.decode()
    assert who_has(event) == ({"愛子"}, "愛子")
    assert not EventRole.objects.current(AT_FIVE).exists()
    theirs = Registration.objects.active().get(event=event, attendee=cast.person("chie"))
    assert (theirs.state, theirs.slot.name) == ("confirmed", "先着枠")
    deliver(at=AT_FIVE + timedelta(hours=1))
    assert not Notification.objects.filter(state="sent").exists()
    call_command("check_invariants")


def test_a_taker_whose_seat_has_gone_gets_one_outside_the_count() -> None:
    event = cast.event(slots=[cast.first_come_plan(1), cast.duty_plan()], shifts=[MC])
    cast.member("chie", Role.RECEPTION)
    named("chie")
    assign_shift(shift=cast.shift_of(event), volunteer=cast.person("aiko"), at=cast.NOW, by=cast.person("aiko"))
    cast.registered("chie", event)
    cast.registered("dan", event)
    Event.objects.filter(pk=event.pk).update(starts_at=cast.STARTS_AT)
    event.slots.update(promotion_stops_at=cast.STARTS_AT, free_cancellation_ends_at=cast.STARTS_AT)
    press(event)
    assert Registration.objects.get(event=event, attendee=cast.person("dan")).state == "confirmed"
    undo(event)
    states = {one.name: one.state for one in Registration.objects.active().filter(event=event)}
    assert states == {"愛子": "confirmed", "千恵": "confirmed", "ダン": "confirmed"}
    call_command("check_invariants")


def test_without_a_deputy_it_goes_to_whoever_has_least(event: Event) -> None:
    _mc, teardown = event.shifts.in_order()
    assign_shift(shift=teardown, volunteer=cast.person("ben"), at=cast.NOW, by=cast.person("aiko"))
    plan = absence_plan(event, cast.person("aiko"), at=AT_FIVE)
    takers = [(one.kind, one.taker.name if one.taker else "") for one in plan.duties]
    assert takers == [("lead", "千恵"), ("signup", "ベン")]


def test_a_deputy_who_is_busy_then_is_passed_over(event: Event) -> None:
    named("chie")
    other = cast.event(slots=[cast.first_come_plan(5), cast.duty_plan()], shifts=[MC], title="別の会")
    assign_shift(shift=cast.shift_of(other), volunteer=cast.person("chie"), at=cast.NOW, by=cast.person("aiko"))
    press(event)
    assert who_has(event) == ({"ベン"}, "千恵")


def test_a_shift_with_enough_people_just_loses_one_and_a_short_one_is_said() -> None:
    event = cast.event(
        slots=[cast.first_come_plan(5), cast.duty_plan()], shifts=[cast.teardown_plan(minimum=1, maximum=4)]
    )
    shift = cast.shift_of(event)
    for name in ("aiko", "emi"):
        cast.volunteering(name, event)
    cast.member("ben", Role.ORGANIZER)
    [duty] = absence_plan(event, cast.person("aiko"), at=AT_FIVE).duties
    assert (duty.taker, duty.is_short) == (None, False)
    step_down(signup=Signup.objects.get(volunteer=cast.person("emi")), at=AT_FIVE, by=cast.person("emi"))
    assign_shift(shift=shift, volunteer=cast.person("ben"), at=cast.NOW, by=cast.person("aiko"))
    Shift.objects.update(minimum=2)
    assert "too few, 2 needed" in page(event)
    press(event)
    assert Registration.objects.active().filter(event=event, attendee=cast.person("aiko")).exists()


def test_what_changed_since_the_page_was_open_is_shown_again(event: Event) -> None:
    assert press(event, seen="lead:1:1").status_code == 409
    assert who_has(event) == ({"愛子"}, "愛子")


def test_who_has_nothing_is_told_to_rest(event: Event) -> None:
    assert "Nothing here is yours" in page(event, "chie")
    assert press(event, "chie").status_code == 409


def test_alone_on_the_team_the_page_says_so() -> None:
    event = cast.event(slots=[cast.first_come_plan(5), cast.duty_plan()], shifts=[MC])
    Shift.objects.update(lead=cast.person("aiko"))
    seen = page(event)
    assert "No one else is on the team" in seen


def test_the_deputy_is_named_in_advance_and_only_from_the_team(event: Event) -> None:
    url = reverse("desk_deputy", args=[event.public_id])
    aiko = cast.signed_in("aiko")
    for name, deputy in (("ben", "ben"), ("finn", None), ("aiko", None)):
        aiko.post(url, {"deputy": cast.person(name).pk})
        mine = Membership.objects.select_related("deputy").get(person=cast.person("aiko"))
        assert mine.deputy == (cast.person(deputy) if deputy else None), name
    aiko.post(url, {"deputy": cast.person("ben").pk})
    assert "deputy: " in cast.signed_in("chie").get(reverse("desk_event_team", args=[event.public_id])).content.decode()


def test_organizers_mails_of_the_evening_reach_the_deputy(event: Event) -> None:
    named("chie")
    teardown = event.shifts.in_order()[1]
    signup = cast.volunteering("emi", event, shift=teardown)
    press(event)
    step_down(signup=signup, at=AT_FIVE, by=cast.person("emi"))
    told = Notification.objects.filter(kind="stepped_down_late").values_list("recipient__name", flat=True)
    assert "千恵" in told


def test_history_says_it_in_one_line(event: Event) -> None:
    press(event)
    assert HistoryEntry.objects.filter(verb="hand_over_duties", actor=cast.person("aiko")).count() == 1
    assert (
        "can’t make it and passed on"
        in cast.signed_in("ben").get(reverse("desk_event", args=[event.public_id])).content.decode()
    )


def test_as_many_queries_for_three_shifts_as_for_one() -> None:
    counts = []
    for number in (1, 3):
        shifts = [MC] * number
        event = cast.event(slots=[cast.first_come_plan(5), cast.duty_plan()], shifts=shifts, title=f"会{number}")
        cast.member("ben", Role.ORGANIZER)
        Shift.objects.filter(event=event).update(lead=cast.person("aiko"))
        page(event)
        with CaptureQueriesContext(connection) as queries:
            page(event)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_things_to_do_go_along_and_come_back(event: Event) -> None:
    named("chie")
    mine = Membership.objects.get(person=cast.person("aiko"))
    left = Todo.objects.create(event=event, title="店に連絡", owner=mine, days=0)
    done = Todo.objects.create(event=event, title="会場の予約", owner=mine, days=-30, done_at=cast.NOW)
    assert "店に連絡" in page(event)
    press(event)
    owners = dict(Todo.objects.values_list("title", "owner__person__name"))
    assert owners == {left.title: "千恵", done.title: "愛子"}
    undo(event)
    assert set(Todo.objects.values_list("owner__person__name", flat=True)) == {"愛子"}


def test_a_larger_team_that_is_busy_costs_no_more_queries(event: Event) -> None:
    """Everyone has a shift at the time of what is passed on, so that each is looked at."""
    aiko = cast.person("aiko")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            absence_plan(event, aiko, at=AT_FIVE)
        return len(queries)

    def busy(*names: str) -> None:
        reception = ShiftPlan(Shift.Phase.EVENT, Shift.Role.RECEPTION, "受付", cast.STARTS_AT, cast.ENDS_AT, 1, 9)
        shift = plan_shift(event=event, plan=reception, guarantees_seat=False, at=cast.NOW, by=aiko)
        for name in names:
            Signup.objects.create(shift=shift, volunteer=cast.person(name), signed_up_at=cast.NOW)

    busy("ben", "chie")
    few = asked()
    for name in ("dan", "emi", "finn"):
        cast.member(name, Role.RECEPTION)
    busy("dan", "emi", "finn")
    assert asked() == few
