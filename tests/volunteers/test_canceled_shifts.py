"""A shift that organizers cancel ends after ten minutes; until then nothing moves, and it can be undone (RULES 224, 225)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail

from meetups.communities.permissions import Role
from meetups.events.models import Event, Undo
from meetups.events.tasks import clear_undo
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.actions.undo.take_back_cancellation import take_back_cancellation
from meetups.lifecycle.invariants import breaches
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.actions.arrivals.check_in import check_in
from meetups.registrations.models import Registration, Slot
from meetups.volunteers.actions.handovers.hand_over_shift import hand_over_shift
from meetups.volunteers.actions.shifts.cancel_shift import cancel_shift
from meetups.volunteers.actions.signups.accept_signup import accept_signup
from meetups.volunteers.actions.signups.assign_shift import assign_shift
from meetups.volunteers.actions.signups.sign_up import sign_up
from meetups.volunteers.actions.signups.step_down import step_down
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.refusals import ShiftIsBeingCanceled
from meetups.volunteers.tasks import end_canceled_shifts, seek_help_for_short_shifts
from tests.support import cast

pytestmark = pytest.mark.django_db
State = Registration.State
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATER = cast.NOW + 10 * MINUTE
NEAR = cast.STARTS_AT - 23 * HOUR
BEFORE = ("entry_received", "duty_taken", "manifest_frozen", "drawn_in", "drawn_out")
REASON = "会場の方が片付けてくださることになりました。"


@pytest.fixture(autouse=True)
def invariants_hold(db: None) -> Iterator[None]:
    yield
    with time_machine.travel(cast.NOW, tick=False):
        assert breaches() == []


@pytest.fixture
def event() -> Event:
    """Dan is in the lottery. Emi and Finn do teardown and have a seat through it; two are needed, four can."""
    event = cast.event()
    cast.registered("dan", event)
    for name in ("emi", "finn"):
        cast.volunteering(name, event)
    deliver(at=cast.NOW + 2 * HOUR)
    mail.outbox.clear()
    return event


def post(event: Event, path: str, fields: dict[str, Any] | None = None, *, at: datetime = cast.NOW) -> Any:
    with time_machine.travel(at, tick=False):
        return cast.signed_in("aiko").post(f"/desk/events/{event.public_id}/{path}", fields or {}, follow=True)


def page(event: Event, path: str, *, at: datetime = cast.NOW + MINUTE, who: str = "aiko") -> str:
    root = f"/desk/events/{event.public_id}/" if who == "aiko" else f"/events/{event.public_id}/"
    with time_machine.travel(at, tick=False):
        return " ".join(cast.signed_in(who).get(f"{root}{path}").content.decode().replace("<wbr>", "").split())


def cancel(event: Event, *, at: datetime = cast.NOW, **fields: Any) -> str:
    answer = post(event, f"shifts/{cast.shift_of(event).pk}/cancellation/", fields, at=at)
    return " ".join(answer.content.decode().replace("<wbr>", "").split())


def press(event: Event, intent: str, *, at: datetime = cast.NOW + MINUTE) -> str:
    return str(post(event, f"undo/{event.undoable.get().pk}/", {"intent": intent}, at=at).content.decode())


def place(name: str, event: Event) -> tuple[str, str]:
    one = Registration.objects.select_related("slot").get(attendee=cast.person(name), event=event)
    return one.state, one.slot.admission


def everything(event: Event) -> tuple[Any, ...]:
    shift = Shift.objects.filter(event=event).values()
    people = Registration.objects.filter(event=event).order_by("pk").values("state", "slot", "above_capacity")
    signups = Signup.objects.filter(shift__event=event).order_by("pk").values("state", "ended_at", "late")
    return list(shift), list(people), list(signups), list(event.slots.order_by("pk").values("taken", "capacity"))


def told() -> list[str]:
    """Without what they knew before."""
    rows = Notification.objects.exclude(kind__in=BEFORE).order_by("pk").select_related("recipient")
    return [f"{row.kind} {row.recipient.email.partition('@')[0]}" for row in rows if row.recipient]


class TestTenMinutes:
    def test_no_seat_moves_and_no_one_is_told_until_they_are_over(self, event: Event) -> None:
        before = everything(event)[1:]
        cancel(event)
        assert everything(event)[1:] == before
        assert end_canceled_shifts(LATER - timedelta(seconds=1)) == "0 canceled shifts ended"
        assert (everything(event)[1:], told()) == (before, [])
        assert end_canceled_shifts(LATER) == "1 canceled shifts ended"
        assert told() == ["shift_cancelled emi", "shift_cancelled finn"]
        assert place("emi", event) == (State.APPLIED, "lottery")
        assert cast.slot_of(event, Slot.Admission.DUTY).capacity == 0
        assert end_canceled_shifts(LATER + MINUTE) == "0 canceled shifts ended"
        assert len(told()) == 2

    def test_undone_everything_is_as_it_was(self, event: Event) -> None:
        before = everything(event)
        cancel(event, reason=REASON)
        assert "takes place, and no one was emailed" in press(event, "undo", at=LATER - MINUTE)
        assert everything(event) == before
        end_canceled_shifts(LATER + DAY)
        assert (everything(event), told()) == (before, [])
        assert not Undo.objects.exists()
        verbs = HistoryEntry.objects.filter(subject=f"shift:{cast.shift_of(event).pk}").order_by("pk")
        assert [*verbs.values_list("verb", flat=True)][-2:] == ["cancel_shift", "take_back_shift"]

    def test_who_does_not_want_to_wait_cancels_it_now(self, event: Event) -> None:
        cancel(event)
        assert "is canceled." in press(event, "send")
        assert told() == ["shift_cancelled emi", "shift_cancelled finn"]
        assert not Undo.objects.exists()
        assert end_canceled_shifts(LATER) == "0 canceled shifts ended"

    def test_a_shift_without_people_can_be_undone_or_ended_now_as_well(self) -> None:
        event = cast.event()
        cancel(event)
        assert "Cancel it now without waiting" in page(event, "shifts/")
        press(event, "undo")
        assert not cast.shift_of(event).is_being_canceled
        cancel(event)
        press(event, "send")
        assert cast.shift_of(event).cancelled_at

    @pytest.mark.parametrize("intent", ["undo", "send"])
    def test_too_late_or_twice_it_stays_as_it_is(self, event: Event, intent: str) -> None:
        cancel(event)
        assert "The ten minutes are over" in press(event, intent, at=LATER)
        assert cast.shift_of(event).is_being_canceled
        end_canceled_shifts(LATER)
        assert cast.shift_of(event).cancelled_at == LATER

    def test_a_second_click_begins_no_second_ten_minutes(self, event: Event) -> None:
        cancel(event)
        cancel(event, at=cast.NOW + 5 * MINUTE)
        assert event.undoable.get().until == LATER

    def test_the_history_says_who_did_it_and_the_seats_moved_by_them(self, event: Event) -> None:
        cancel(event)
        end_canceled_shifts(LATER)
        moved = HistoryEntry.objects.filter(verb="lose_shift")
        assert {entry.actor for entry in moved} == {cast.person("aiko")}
        assert "canceled the shift" in page(event, "", at=LATER)

    def test_the_reason_stands_in_the_mail(self, event: Event) -> None:
        cancel(event, reason=REASON)
        end_canceled_shifts(LATER)
        deliver(at=LATER)
        assert [REASON in str(one.body) for one in mail.outbox] == [True, True]

    def test_a_reason_that_is_too_long_comes_back_as_it_was_typed(self, event: Event) -> None:
        assert "x" * 501 in cancel(event, reason="x" * 501)
        assert not cast.shift_of(event).is_being_canceled


class TestAtOnce:
    """Nothing waits where waiting would take something from the volunteers."""

    def at_once(self, event: Event, at: datetime) -> None:
        asked = page(event, f"shifts/{cast.shift_of(event).pk}/cancellation/", at=at)
        assert "it can’t be undone" in asked
        assert "is canceled." in cancel(event, at=at)
        assert not Undo.objects.exists()
        assert told() == ["shift_cancelled emi", "shift_cancelled finn"]

    def test_within_a_day_of_the_event_and_the_button_says_so(self, event: Event) -> None:
        far = page(event, f"shifts/{cast.shift_of(event).pk}/cancellation/")
        assert "You can undo it for ten minutes" in far
        self.at_once(event, NEAR)

    def test_within_a_day_of_the_shift(self, event: Event) -> None:
        Shift.objects.update(starts_at=cast.NOW + 20 * HOUR, ends_at=cast.NOW + 21 * HOUR, phase="setup", role="setup")
        self.at_once(event, cast.NOW)

    def test_where_the_lottery_that_they_go_back_into_closes_meanwhile(self, event: Event) -> None:
        at = cast.CLOSES_AT - 12 * MINUTE
        self.at_once(event, at)
        assert place("emi", event) == (State.APPLIED, "lottery")

    def test_but_a_quarter_of_an_hour_before_that_it_still_waits(self, event: Event) -> None:
        cancel(event, at=cast.CLOSES_AT - 16 * MINUTE)
        assert event.undoable.get().until < cast.CLOSES_AT
        end_canceled_shifts(cast.CLOSES_AT - 2 * MINUTE)
        assert place("emi", event) == (State.APPLIED, "lottery")

    def test_but_it_waits_where_registration_opens_meanwhile(self, event: Event) -> None:
        """Before it opens their registration would be canceled too."""
        Event.objects.filter(pk=event.pk).update(registration_opens_at=cast.NOW + 9 * MINUTE)
        cancel(event)
        end_canceled_shifts(LATER)
        assert place("emi", event) == (State.APPLIED, "lottery")

    def test_where_registration_closes_meanwhile(self, event: Event) -> None:
        cast.draw(event)
        at = cast.DRAWS_AT + HOUR
        Slot.objects.filter(admission="lottery").update(closes_at=at + 9 * MINUTE)
        self.at_once(event, at)
        assert place("emi", event)[0] != State.CANCELLED


class TestWhatElseHappens:
    """In the ten minutes."""

    @pytest.fixture
    def event(self, event: Event) -> Event:
        cancel(event)
        return event

    def test_who_steps_down_has_left_also_when_it_is_undone(self, event: Event) -> None:
        signup = Signup.objects.active().get(volunteer=cast.person("emi"))
        step_down(signup=signup, at=cast.NOW + MINUTE, by=cast.person("emi"))
        assert told() == ["stepped_down emi"]
        press(event, "undo", at=cast.NOW + 2 * MINUTE)
        assert cast.shift_of(event).taken == 1
        assert place("emi", event) == (State.APPLIED, "lottery")

    def test_who_steps_down_hears_nothing_more(self, event: Event) -> None:
        signup = Signup.objects.active().get(volunteer=cast.person("emi"))
        step_down(signup=signup, at=cast.NOW + MINUTE, by=cast.person("emi"))
        end_canceled_shifts(LATER)
        assert told() == ["stepped_down emi", "shift_cancelled finn"]

    def test_who_leaves_the_event_has_left(self, event: Event) -> None:
        emi = cast.person("emi")
        leave_event(event=event, person=emi, at=cast.NOW + MINUTE, by=emi)
        end_canceled_shifts(LATER)
        assert place("emi", event)[0] == State.CANCELLED
        assert told()[-1] == "shift_cancelled finn"

    def test_who_is_checked_in_keeps_the_seat(self, event: Event) -> None:
        one = Registration.objects.get(attendee=cast.person("emi"))
        check_in(registration=one, at=cast.NOW + MINUTE, by=cast.person("aiko"))
        end_canceled_shifts(LATER)
        assert place("emi", event) == (State.CONFIRMED, "duty")
        assert place("finn", event) == (State.APPLIED, "lottery")

    def test_no_one_takes_asks_for_or_passes_it_on(self, event: Event) -> None:
        shift, at = cast.shift_of(event), cast.NOW + MINUTE
        asked = Signup.objects.create(
            shift=shift, volunteer=cast.person("gin"), state=Signup.State.ASKED, signed_up_at=cast.NOW
        )
        emi = cast.person("emi")
        mine = Signup.objects.active().get(volunteer=emi)
        for act in (
            lambda: sign_up(shift=shift, volunteer=cast.person("hana"), at=at),
            lambda: assign_shift(shift=shift, volunteer=cast.person("dan"), at=at, by=cast.person("aiko")),
            lambda: accept_signup(signup=asked, at=at, by=cast.person("aiko")),
            lambda: hand_over_shift(signup=mine, address="hana@example.org", at=at, by=emi),
        ):
            with pytest.raises(ShiftIsBeingCanceled):
                act()
        end_canceled_shifts(LATER)
        assert told() == ["shift_cancelled emi", "shift_cancelled finn", "shift_called_off gin"]

    def test_another_organizer_who_edits_it_keeps_what_they_typed(self, event: Event) -> None:
        fields = {
            "title": "撤収と掃除",
            "role": "teardown",
            "phase": "teardown",
            "minimum": "2",
            "maximum": "4",
            "starts": "2026-12-05T16:30",
            "ends": "2026-12-05T18:00",
        }
        answer = post(event, f"shifts/{cast.shift_of(event).pk}/", fields, at=cast.NOW + MINUTE)
        assert "This shift is being canceled." in answer.content.decode()
        assert "撤収と掃除" in answer.content.decode()
        assert cast.shift_of(event).title == "撤収"

    def test_no_help_is_sought_for_it_and_undone_it_is(self, event: Event) -> None:
        """The clock asks again: nothing was looked at."""
        at = cast.STARTS_AT - 5 * DAY
        Shift.objects.update(minimum=4, help_at=at)
        shift = cast.shift_of(event)
        Shift.objects.update(cancels_at=None)
        Undo.objects.all().delete()
        cancel_shift(shift=shift, at=at, by=cast.person("aiko"))
        assert seek_help_for_short_shifts(at + MINUTE) == "help sought for 0 shifts"
        press(event, "undo", at=at + MINUTE)
        assert seek_help_for_short_shifts(at + 2 * MINUTE) == "help sought for 1 shifts"

    def test_after_the_draw_it_ends_as_a_shift_does_then(self, event: Event) -> None:
        """Organizers may draw closer than the page knew: what holds when it ends decides."""
        Undo.objects.update(until=cast.DRAWS_AT + 9 * MINUTE)
        Shift.objects.update(cancels_at=cast.DRAWS_AT + 9 * MINUTE)
        cast.draw(event)
        end_canceled_shifts(cast.DRAWS_AT + 9 * MINUTE)
        assert place("emi", event)[1] == "lottery"
        assert place("emi", event)[0] in {State.WAITLISTED, State.CONFIRMED}

    def test_the_event_moves_nearer_and_it_ends_in_its_time(self, event: Event) -> None:
        aiko, start = cast.person("aiko"), cast.NOW + 5 * DAY
        change_event(
            event=event,
            fields={"starts_at": start, "ends_at": start + 2 * HOUR},
            at=cast.NOW + MINUTE,
            by=aiko,
        )
        assert end_canceled_shifts(LATER) == "1 canceled shifts ended"

    def test_the_event_is_canceled_and_everyone_hears_only_that(self, event: Event) -> None:
        cancel_event(event=event, at=cast.NOW + MINUTE, by=cast.person("aiko"))
        for later in (LATER, LATER + MINUTE, LATER + DAY):
            assert end_canceled_shifts(later) == "0 canceled shifts ended"
        assert {one.split()[0] for one in told()} == {"event_cancelled"}
        assert not cast.shift_of(event).is_being_canceled
        assert Signup.objects.active().count() == 2
        assert not Undo.objects.filter(kind="shift").exists()

    def test_the_event_is_canceled_and_undone_and_the_shift_ends_then(self, event: Event) -> None:
        aiko = cast.person("aiko")
        cancel_event(event=event, at=cast.NOW + 5 * MINUTE, by=aiko)
        assert end_canceled_shifts(LATER) == "0 canceled shifts ended"
        undo = event.undoable.get(kind="cancellation")
        take_back_cancellation(undo=undo, at=LATER + MINUTE, by=aiko)
        assert end_canceled_shifts(LATER + 2 * MINUTE) == "1 canceled shifts ended"
        assert told() == ["shift_cancelled emi", "shift_cancelled finn"]

    def test_a_clock_that_stood_still_until_it_was_over_leaves_who_did_it_in_peace(self, event: Event) -> None:
        over = cast.shift_of(event).ends_at
        assert end_canceled_shifts(over) == "0 canceled shifts ended"
        assert told() == []
        assert Signup.objects.done(over).count() == 2


class TestPages:
    def test_the_pages_of_the_dashboard_say_so_until_when(self, event: Event) -> None:
        cancel(event)
        for path in ("shifts/", f"shifts/{cast.shift_of(event).pk}/"):
            shown = page(event, path)
            assert "Until then everyone keeps the shift and their seat, and no one is notified." in shown
            assert "Email to 2 people in" in shown
            assert "Change the shift" not in shown
        assert "volunteers needed" not in page(event, "shifts/")

    def test_the_public_pages_offer_it_to_no_one_and_tell_who_has_it(self, event: Event) -> None:
        cancel(event)
        shift = cast.shift_of(event)
        for path in ("shifts/", f"shifts/{shift.pk}/signup/"):
            assert "This shift is being canceled." in page(event, path, who="gin"), path
            assert 'name="shift"' not in page(event, path, who="gin")
        assert "being canceled" in page(event, "", who="gin")
        for path in ("shifts/", "registration/"):
            assert "until then your seat stays as it is" in page(event, path, who="emi"), path
        press(event, "undo")
        assert "being canceled" not in page(event, "shifts/", who="gin", at=cast.NOW + 2 * MINUTE)

    def test_who_manages_no_shifts_cannot_undo_it(self, event: Event) -> None:
        cancel(event)
        pk = event.undoable.get().pk
        cast.member("chie", Role.RECEPTION)
        with time_machine.travel(cast.NOW + MINUTE, tick=False):
            answer = cast.signed_in("chie").post(f"/desk/events/{event.public_id}/undo/{pk}/", {"intent": "undo"})
        assert answer.status_code in {403, 404}
        assert cast.shift_of(event).is_being_canceled


def test_what_can_no_longer_be_undone_is_forgotten_after_a_day(event: Event) -> None:
    cancel(event)
    assert clear_undo(LATER + DAY - MINUTE) == "0 things forgotten that can’t be undone any more"
    assert clear_undo(LATER + DAY) == "1 things forgotten that can’t be undone any more"
