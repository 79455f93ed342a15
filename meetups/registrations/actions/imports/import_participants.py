"""People who registered elsewhere are added to the list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.registrations.arrivals import arrive
from meetups.registrations.imports.import_plan import Incoming, sort_out
from meetups.registrations.models import Registration
from meetups.registrations.pen.ledger import Change, Guest
from meetups.registrations.pen.people_by_hand import NotEnoughSeats, check_gives_seats, door_is_open
from meetups.registrations.pen.seats import Seats, seats_of
from meetups.registrations.questions.questions import Question, fitting_answers, questions_of

State = Registration.State
VERB = "import_participants"


@dataclass(frozen=True)
class Imported:
    """How many people were added to the list, and how many (`known`) were there before.

    `seated` got a seat, `above` of them outside the count, and `waiting` joined the queue.
    """

    seated: int
    above: int
    waiting: int
    known: int


def import_participants(*, event: Event, people: Iterable[Incoming], above: bool, at: datetime, by: User) -> Imported:
    """Adds all people at once, or no one. People who are on the list, or were removed from it here, do not change.

    Seats are given in the order of the file, free seats first. With `above`, the others are outside the count (RULES 4). People
    who wait join the end of the queue in their order. Answers come along as far as the questions still stand (RULES 253). New people
    whose row says that they attended are checked in while the door is open. No one is told, because a guest has no address. Raises NotPublishedYet, EventClosed, ComesWithAShift, NotEnoughSeats.
    """
    with seats_of(event, at=at) as seats:
        people = list(people)
        for slot_id in {one.slot_id for one in people} & seats.slots.keys():
            check_gives_seats(seats.event, seats.slots[slot_id], at)
        plan = sort_out(event, seats.slots, people)
        for slot_id, wanted in plan.wanted.items():
            if wanted > plan.free[slot_id] and not above:
                raise NotEnoughSeats(slot=seats.slots[slot_id].name, free=plan.free[slot_id], wanted=wanted)
        left = dict(plan.free)
        asked = {pk: questions_of(slot) for pk, slot in seats.slots.items()}
        seated = []
        for one in plan.seated:
            above_it = left[one.slot_id] <= 0
            seated.append(_change(seats, one, State.CONFIRMED, asked=asked, at=at, by=by, above=above_it))
            left[one.slot_id] -= 1
        waiting = [_change(seats, one, State.WAITLISTED, asked=asked, at=at, by=by) for one in plan.waiting]
        seats.ledger.write([*seated, *waiting])
        if door_is_open(seats.event, at):
            there = {one.person_key for one in plan.seated if one.attended}
            arrive(seats, [one.registration for one in seated if one.registration.person_key in there], at=at, by=by)
        for slot_id in {one.slot_id for one in plan.waiting}:
            seats.queue.promote(seats.slots[slot_id], at=at)
        return Imported(len(seated), plan.above, len(waiting), len(plan.known))


def _change(
    seats: Seats,
    one: Incoming,
    state: State,
    *,
    asked: Mapping[int, Sequence[Question]],
    at: datetime,
    by: User,
    above: bool = False,
) -> Change:
    slot = seats.slots[one.slot_id]
    registration = seats.ledger.new(slot, Guest(one.name, one.person_key), at=at)
    registration.answers = fitting_answers(asked[one.slot_id], one.answers)
    return seats.ledger.change(registration, slot, state, at=at, by=by, verb=VERB, tell="placed", above=above)
