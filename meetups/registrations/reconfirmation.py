"""Steps of the attendance check, the question "still coming?" (RULES 26).

They say who is asked, who has answered, and what happens to people who do not answer. A step takes `seats`, whose lock is held. A
function that only reads takes a slot.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q

from meetups.history.models import record
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.models import Hold, Reconfirmation, Registration, Slot
from meetups.registrations.models.reconfirmation import ANSWERED_BEFORE_PROMOTION_STOPS, LEAST_ANSWER_TIME
from meetups.registrations.models.registration import RegistrationQuerySet
from meetups.registrations.pen.seats import Seats

State = Registration.State


@dataclass(frozen=True)
class ReconfirmationAnswers:
    """The attendance check of a slot, with two counts of the people who were asked and still have their seat.

    `coming` said yes; `silent` have not answered.
    """

    question: Reconfirmation
    coming: int
    silent: int


def reconfirmation_of(slot: Slot) -> ReconfirmationAnswers | None:
    """The attendance check of `slot` with its answers so far; None where none is planned. Two queries.

    For one person, `Registration.asked_at` and `reconfirmed_at` say the same.
    """
    question = Reconfirmation.objects.filter(slot=slot).first()
    if question is None:
        return None
    asked = Registration.objects.confirmed().filter(slot=slot, asked_at__isnull=False)
    counted = asked.aggregate(
        coming=Count("pk", filter=Q(reconfirmed_at__isnull=False)),
        silent=Count("pk", filter=Q(reconfirmed_at__isnull=True)),
    )
    return ReconfirmationAnswers(question, counted["coming"], counted["silent"])


def latest_answer(slot: Slot) -> datetime:
    """The latest deadline that the attendance check of `slot` may have."""
    return slot.promotion_stops_at - ANSWERED_BEFORE_PROMOTION_STOPS


def question_of(seats: Seats, question: Reconfirmation) -> Reconfirmation:
    """The attendance check as it stands under the lock."""
    return Reconfirmation.objects.get(pk=question.pk, slot__event=seats.event)


def ask(seats: Seats, question: Reconfirmation, *, at: datetime) -> int:
    """Asks everyone whose seat is counted and not held. Returns how many."""
    slot = seats.slots[question.slot_id]
    asked = list(_with_a_seat(slot).select_related("attendee").order_by("pk"))
    for registration in asked:
        registration.asked_at, registration.reconfirmed_at = at, None
    seats.ledger.write(
        [
            seats.ledger.change(one, slot, State.CONFIRMED, at=at, by=None, verb="ask", tell="reconfirmation_asked")
            for one in asked
        ]
    )
    _advance(seats, question, Reconfirmation.State.ASKED, "ask", at=at, people=len(asked))
    return len(asked)


def skip(seats: Seats, question: Reconfirmation, *, at: datetime) -> None:
    """Ends an attendance check that could not start in time. No one loses a seat because the clock stood still."""
    _advance(seats, question, Reconfirmation.State.SETTLED, "skip", at=at)


def remind(seats: Seats, question: Reconfirmation, *, at: datetime) -> int:
    """Reminds the people who have not answered, once for each check, whether or not the event has moved since. Returns how many."""
    if question.reminded_at:
        return 0
    silent = list(_silent(seats.slots[question.slot_id]))
    notify_all(
        notification(
            kind="reconfirmation_reminder",
            recipient_id=registration.attendee_id,
            thread=seats.event.thread,
            subject=registration.subject,
            cause=question.pk,
            at=at,
            not_after=question.answer_by,
        )
        for registration in silent
    )
    question.reminded_at = at
    _advance(seats, question, Reconfirmation.State.ASKED, "remind", at=at, people=len(silent))
    return len(silent)


def move_question(question: Reconfirmation, there: Callable[[datetime], datetime], *, at: datetime) -> None:
    """Moves the attendance check with its event.

    If people were told a later deadline and now have less than a day left, no one loses a seat by silence.
    """
    told = question.answer_by
    question.ask_at, question.answer_by = there(question.ask_at), there(told)
    is_hurried = question.answer_by < min(told, at + LEAST_ANSWER_TIME)
    if question.state == Reconfirmation.State.ASKED and is_hurried:
        question.releases_silent = False
    question.save(update_fields=["ask_at", "answer_by", "releases_silent"])


def settle(seats: Seats, question: Reconfirmation, *, at: datetime) -> int:
    """Ends the attendance check. Returns how many seats were released.

    If silence releases a seat, that seat goes to the queue in the same transaction.
    """
    slot = seats.slots[question.slot_id]
    released: list[Registration] = []
    # If the clock runs so late that no one can move up, no one loses a seat.
    if question.releases_silent and slot.promotion_is_open(at):
        released = list(_reached(_silent(slot)).select_related("attendee").order_by("pk"))
        seats.ledger.write(
            [
                seats.ledger.change(one, slot, State.CANCELLED, at=at, by=None, verb="release", tell="released")
                for one in released
            ]
        )
    _advance(seats, question, Reconfirmation.State.SETTLED, "settle", at=at, released=len(released))
    if released:
        seats.queue.vacate(slot, released, at=at)
    return len(released)


def _advance(
    seats: Seats, question: Reconfirmation, state: Reconfirmation.State, verb: str, *, at: datetime, **details: int
) -> None:
    before, question.state = question.state, state
    question.save(update_fields=["state", "reminded_at"])
    record(
        thread=seats.event.thread,
        subject=question.subject,
        verb=verb,
        at=at,
        by=None,
        from_state=before,
        to_state=state,
        **details,
    )


def _with_a_seat(slot: Slot) -> RegistrationQuerySet:
    """The confirmed registrations whose owners can be asked to give up their seat.

    Left out are guests, held seats, seats outside the count, people who are checked in, and seats that are being handed over.
    """
    held = Hold.objects.active().filter(registration=OuterRef("pk"))
    seats: RegistrationQuerySet = Registration.objects.confirmed().filter(
        ~Exists(held),
        slot=slot,
        attendee__isnull=False,
        above_capacity=False,
        checked_in_at__isnull=True,
        hands_over_at__isnull=True,
    )
    return seats


def _silent(slot: Slot) -> RegistrationQuerySet:
    """The people who were asked and have not answered. People who moved up after the question were not asked."""
    return _with_a_seat(slot).filter(asked_at__isnull=False, reconfirmed_at__isnull=True)


def _reached(registrations: RegistrationQuerySet) -> RegistrationQuerySet:
    """The people to whom the question or its reminder was sent. Anyone who was never reached does not count as silent."""
    question, reminder = Q(question_reached_at__gte=F("asked_at")), Q(reminder_reached_at__gte=F("asked_at"))
    return registrations.filter(question | reminder)
