"""The actions of organizers."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from meetups.events.models import Undo
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.actions.publish_event import publish_event
from meetups.lifecycle.actions.remove_attendees import remove_attendees
from meetups.lifecycle.actions.undo.announce_now import announce_now
from meetups.lifecycle.actions.undo.take_back_cancellation import take_back_cancellation
from meetups.lifecycle.actions.undo.take_back_change import take_back_change
from meetups.lifecycle.actions.undo.take_back_publication import take_back_publication
from meetups.lifecycle.actions.undo.tell_now import tell_now
from meetups.registrations.actions.arrivals.check_in import check_in
from meetups.registrations.actions.arrivals.check_in_many import check_in_many
from meetups.registrations.actions.arrivals.undo_check_in import undo_check_in
from meetups.registrations.actions.lottery.nominate import nominate
from meetups.registrations.actions.no_shows.excuse_no_show import excuse_no_show
from meetups.registrations.actions.no_shows.object_to_no_show import object_to_no_show
from meetups.registrations.actions.no_shows.record_no_shows import record_no_shows
from meetups.registrations.actions.reconfirmation.drop_reconfirmation import drop_reconfirmation
from meetups.registrations.actions.reconfirmation.plan_reconfirmation import plan_reconfirmation
from meetups.registrations.actions.slots.add_slot import add_slot
from meetups.registrations.actions.slots.change_admission import AdmissionPlan, change_admission
from meetups.registrations.actions.slots.change_capacity import change_capacity
from meetups.registrations.actions.slots.change_slot_settings import SlotSettings, change_slot_settings
from meetups.registrations.actions.slots.move_seats import move_seats
from meetups.registrations.actions.slots.place_slot import place_slot
from meetups.registrations.admission import Deadlines, usual_lottery_dates
from meetups.registrations.models import Registration, Slot
from meetups.registrations.new_slots import SlotPlan
from meetups.registrations.slot_settings import Direction
from meetups.volunteers.actions.shifts.cancel_shift import cancel_shift
from meetups.volunteers.actions.shifts.change_shift import change_shift
from meetups.volunteers.actions.shifts.end_shift_now import end_shift_now
from meetups.volunteers.actions.shifts.plan_shift import plan_shift
from meetups.volunteers.actions.shifts.take_back_shift import take_back_shift
from meetups.volunteers.actions.signups.step_down import step_down
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.shift_plan import ShiftPlan
from tests.concurrency.stage import DAY, HOUR, MANY, MINUTE, TALLY, Stage, there_is

State = Registration.State
UNDO = {
    "change": take_back_change,
    "cancellation": take_back_cancellation,
    "shift": take_back_shift,
    "publication": take_back_publication,
}
SEND = {"change": tell_now, "cancellation": tell_now, "shift": end_shift_now, "publication": announce_now}
RARE = ["a slot", "another order", "a shift", "no shift", "no question", "no event"]


class Desk(Stage):
    """The organizers' rules."""

    # Slots. Actions of one kind share a rule, because each rule is chosen equally often.

    @rule(slot=MANY, to=MANY, capacity=st.integers(0, 6), moved=st.sampled_from([0, 0, 1, 2]))
    def more_or_fewer_seats(self, slot: int, to: int, capacity: int, moved: int) -> None:
        source = self.a_slot(slot)
        if moved:
            self.do(move_seats, source=source, target=self.a_slot(to), seats=moved, by=self.aiko)
        else:
            self.do(change_capacity, slot=source, capacity=capacity, by=self.aiko)

    @rule(slot=MANY, free=st.integers(-5, 80), stops=st.integers(-1, 60), closes=st.integers(-1, 50))
    def other_deadlines(self, slot: int, free: int, stops: int, closes: int) -> None:
        """The numbers are hours before the start; `free` is hours before promotion stops."""
        which, starts_at = self.a_slot(slot), self.event.starts_at
        deadlines = Deadlines(starts_at - closes * HOUR, starts_at - (stops + free) * HOUR, starts_at - stops * HOUR)
        settings = SlotSettings(which.name, None, deadlines)
        self.do(change_slot_settings, slot=which, settings=settings, by=self.aiko)

    @rule(slot=MANY, drawn=st.booleans(), first=st.integers(0, 2), pairs=st.booleans(), days=st.integers(0, 4))
    def another_admission(self, slot: int, drawn: bool, first: int, pairs: bool, days: int) -> None:
        usual = usual_lottery_dates(self.event.starts_at - days * DAY, "Asia/Tokyo", self.at)
        admission = Slot.Admission.LOTTERY if drawn else Slot.Admission.FIRST_COME
        plan = AdmissionPlan(admission, usual if drawn else None, first_come_seats=first, takes_pairs=pairs)
        self.do(change_admission, slot=self.a_slot(slot), plan=plan, by=self.aiko)

    @there_is("applied")
    @rule(number=MANY, to=st.none() | st.integers(1, 3))
    def nominate(self, number: int, to: int | None) -> None:
        registration = self.one_of([one for one in self.active if one.state == State.APPLIED], number)
        if registration:
            self.do(nominate, registration=registration, to=to, by=self.aiko)

    @there_is("future")
    @rule(slot=MANY, begins=st.integers(0, 20), takes=st.integers(20, 60), releases=st.booleans())
    def plan_a_question(self, slot: int, begins: int, takes: int, releases: bool) -> None:
        which = self.a_slot(slot)
        answer_by = which.promotion_stops_at - DAY - begins * HOUR
        self.do(
            plan_reconfirmation,
            slot=which,
            ask_at=max(answer_by - takes * HOUR, self.at),
            answer_by=answer_by,
            releases_silent=releases,
            by=self.aiko,
        )

    @rule(number=MANY, maximum=st.integers(1, 4))
    def change_shift(self, number: int, maximum: int) -> None:
        shift = self.one_of(self.shifts, number)
        if shift:
            plan = ShiftPlan(
                Shift.Phase(shift.phase),
                Shift.Role(shift.role),
                shift.title,
                shift.starts_at,
                shift.ends_at,
                1,
                maximum,
            )
            self.do(change_shift, shift=shift, plan=plan, by=self.aiko)

    @rule(days=st.sampled_from([-4, -2, -1, 1, 3, 6]))
    def move_the_event(self, days: int) -> None:
        event = self.event
        fields = {"starts_at": event.starts_at + days * DAY, "ends_at": event.ends_at + days * DAY}
        self.do(change_event, event=event, fields=fields, by=self.aiko)

    # People

    @there_is("confirmed")
    @rule(numbers=st.lists(MANY, min_size=1, max_size=3), back=st.booleans())
    def somebody_arrives(self, numbers: list[int], back: bool) -> None:
        seats = [one for one in self.registrations if one.state == State.CONFIRMED or numbers[0] % 5 == 0]
        found = [one for number in numbers if (one := self.one_of(seats, number))]
        if len(numbers) > 1:
            self.do(check_in_many, event=self.event, registrations={one.pk for one in found}, by=self.aiko)
        elif found:
            named = {"registration": found[0], "by": self.aiko}
            if not back:
                self.do(check_in, **named)
            elif not self.do(undo_check_in, **named):
                self.do(undo_check_in, **named, seat_falls=True)

    @there_is("signups")
    @rule(number=MANY, maximum=st.integers(1, 2), step=st.sampled_from(["come", "come", "go", "cancel", "lower"]))
    def a_volunteer_is_at_the_door(self, number: int, maximum: int, step: str) -> None:
        """Check-in, leaving early, and what organizers do to the shift meet often enough to find each order of them."""
        active = Signup.objects.active().filter(shift__event=self.event_id).select_related("volunteer", "shift__event")
        signup = self.one_of(list(active.order_by("pk")), number)
        if signup is None:
            return
        if step == "come":
            here = [one for one in self.active if one.attendee_id == signup.volunteer_id]
            if here:
                self.do(check_in, registration=here[0], by=self.aiko)
        elif step == "go":
            self.do(step_down, signup=signup, by=signup.volunteer)
        elif step == "cancel":
            self.do(cancel_shift, shift=signup.shift, by=self.aiko)
            self.the_newest_is_decided("undo" if number % 2 else "send")
        else:
            self.change_shift(number, maximum)

    @there_is("active")
    @rule(numbers=st.lists(MANY, min_size=1, max_size=4))
    def remove_several(self, numbers: list[int]) -> None:
        chosen = {one.pk for number in numbers if (one := self.one_of(self.active, number))}
        self.do(remove_attendees, event=self.event, registrations=chosen, by=self.aiko)

    @there_is("past")
    @rule(number=MANY, step=st.sampled_from(["record", "object", "excuse"]))
    def somebody_did_not_come(self, number: int, step: str) -> None:
        absent = self.one_of([one for one in self.registrations if one.is_absent], number)
        if step == "record" or absent is None:
            self.do(record_no_shows, event=self.event, slots=[slot.pk for slot in self.slots], by=self.aiko)
        elif step == "object":
            self.do(object_to_no_show, registration=absent, by=absent.attendee)
        else:
            self.do(excuse_no_show, registration=absent, by=self.aiko)

    # What is done can be undone for ten minutes. Two rules, so that it happens in the ten minutes often enough.

    @there_is("undoable")
    @rule(number=MANY, step=st.sampled_from(["undo", "undo", "send"]), late=st.sampled_from([0, 0, 3, 11]))
    def organizers_think_again(self, number: int, step: str, late: int) -> None:
        """After some minutes, in which others may have done something; also too late, and a second time."""
        undo = self.one_of(
            list(Undo.objects.filter(event=self.event_id).select_related("event").order_by("-pk")), number
        )
        self.at += late * MINUTE
        if undo:
            self._decide(undo, step, clicks=2 if number % 2 == 0 else 1)

    @there_is("undoable")
    @rule(step=st.sampled_from(["undo", "undo", "send"]))
    def the_newest_is_decided(self, step: str) -> None:
        """At once, with a double click. What is not a publication is rare, so it goes first."""
        undos = Undo.objects.filter(event=self.event_id).select_related("event").order_by("-pk")
        undo = undos.exclude(kind=Undo.Kind.PUBLICATION).first() or undos.first()
        if undo:
            self._decide(undo, step, clicks=2)

    def _decide(self, undo: Undo, step: str, *, clicks: int) -> None:
        before = TALLY.done.total()
        for _click in range(clicks):
            self.do((UNDO if step == "undo" else SEND)[undo.kind], undo=undo, by=self.aiko)
        assert TALLY.done.total() <= before + 1, f"Decided twice: {undo.kind}"

    @there_is("draft")
    @rule()
    def what_was_taken_back_is_published_again(self) -> None:
        self.do(publish_event, event=self.event, by=self.aiko)

    # Rare actions share one rule

    @rule(what=st.sampled_from(RARE), number=MANY, seats=st.integers(1, 3), drawn=st.booleans())
    def something_rare(self, what: str, number: int, seats: int, drawn: bool) -> None:
        event, by = self.event, self.aiko
        slot, shift = self.slots[number % len(self.slots)], self.one_of(self.shifts, number)
        question = self.one_of(self.questions, number)
        if what == "a slot":
            dates = usual_lottery_dates(event.starts_at, "Asia/Tokyo", self.at) if drawn else None
            admission = Slot.Admission.LOTTERY if drawn else Slot.Admission.FIRST_COME
            plan = SlotPlan(f"追加枠{len(self.slots)}", admission, seats, dates)
            self.do(add_slot, event=event, plan=plan, by=by)
        elif what == "another order":
            self.do(place_slot, slot=slot, direction=Direction.UP if drawn else Direction.DOWN, by=by)
        elif what == "a shift":
            begins = event.starts_at + (number % 60 - 30) * HOUR
            plan_of_shift = ShiftPlan(Shift.Phase.SETUP, Shift.Role.SETUP, "設営", begins, begins + HOUR, 1, seats)
            self.do(plan_shift, event=event, plan=plan_of_shift, guarantees_seat=drawn, by=by)
        elif what == "no shift" and shift:
            self.do(cancel_shift, shift=shift, by=by)
        elif what == "no question" and question:
            self.do(drop_reconfirmation, reconfirmation=question, by=by)
        elif what == "no event" and number % 3 == 0:
            self.do(cancel_event, event=event, by=by)
