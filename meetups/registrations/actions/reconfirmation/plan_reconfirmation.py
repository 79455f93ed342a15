"""An organizer plans an attendance check for the people with a seat."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.core.versions import refuse_what_has_changed, version_of
from meetups.history.models import record
from meetups.registrations.models import Reconfirmation, Slot
from meetups.registrations.models.reconfirmation import LEAST_ANSWER_TIME
from meetups.registrations.pen.seats import Seats, seats_of
from meetups.registrations.reconfirmation import latest_answer
from meetups.registrations.refusals import AlreadyAsked, refuse_what_is_over


class NobodyToReconfirm(DomainError):
    message = _("Seats in this slot are guaranteed to volunteers or invited people, so there’s no attendance check.")


class AskedInThePast(DomainError):
    message = _("The time to ask has passed. Choose a later one.")


class AskedBeforeTheDraw(DomainError):
    message = _("No one has a seat before the draw. Ask after it.")


class TooLittleTimeToAnswer(DomainError):
    message = _("People need at least 24 hours to reply. Ask earlier, or set a later deadline.")


class AnsweredTooLate(DomainError):
    message = _(
        "Set the deadline at least 24 hours before the waitlist stops moving up. People who move up need time to plan."
    )


def reconfirmation_version(question: Reconfirmation | None) -> str:
    """The version of dates and rule."""
    return version_of(question, ("ask_at", "answer_by", "releases_silent"))


def plan_reconfirmation(
    *,
    slot: Slot,
    ask_at: datetime,
    answer_by: datetime,
    releases_silent: bool,
    seen: str | None = None,
    at: datetime,
    by: User,
) -> Reconfirmation:
    """Plans the attendance check of `slot`, or changes it as long as it has not been asked (RULES 26).

    The clock asks at `ask_at`, reminds half-way, and settles at `answer_by`. With `releases_silent`, the seats of people who do
    not answer then go to the queue. `seen` is the `reconfirmation_version` that the form was filled from. Raises ChangedMeanwhile,
     EventClosed, NobodyToReconfirm, AlreadyAsked, AskedInThePast, AskedBeforeTheDraw,
    TooLittleTimeToAnswer, AnsweredTooLate.
    """
    with seats_of(slot.event, at=at) as seats:
        slot = seats.slots[slot.pk]
        planned = Reconfirmation.objects.filter(slot=slot).first()
        question = planned or Reconfirmation(slot=slot)
        _refuse(seats, question, ask_at, answer_by, at=at)
        if (question.ask_at, question.answer_by, question.releases_silent) != (ask_at, answer_by, releases_silent):
            refuse_what_has_changed(seen, reconfirmation_version(planned))
        question.ask_at, question.answer_by, question.releases_silent = ask_at, answer_by, releases_silent
        question.save()
        record(
            thread=seats.event.thread,
            subject=question.subject,
            verb="plan",
            at=at,
            by=by,
            to_state=question.state,
            slot=slot.public_id,
            ask_at=ask_at.isoformat(),
            answer_by=answer_by.isoformat(),
            releases_silent=releases_silent,
        )
        return question


def _refuse(seats: Seats, question: Reconfirmation, ask_at: datetime, answer_by: datetime, *, at: datetime) -> None:
    slot = question.slot
    lottery = seats.lottery_of(slot)
    refuse_what_is_over(seats.event, at)
    if not slot.is_general:
        raise NobodyToReconfirm
    if question.state != Reconfirmation.State.PLANNED:
        raise AlreadyAsked
    if ask_at < at:
        raise AskedInThePast
    if lottery and not lottery.is_drawn and ask_at < lottery.draws_at:
        raise AskedBeforeTheDraw
    if answer_by > latest_answer(slot):
        raise AnsweredTooLate
    if answer_by - ask_at < LEAST_ANSWER_TIME:
        raise TooLittleTimeToAnswer
