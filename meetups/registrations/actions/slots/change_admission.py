"""An organizer changes how people get into a slot: first come or by lottery, with the terms of the lottery."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.core.versions import refuse_what_has_changed
from meetups.events.models import Event
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.admission import BEFORE_DRAW, LotteryDates
from meetups.registrations.models import HeldPlace, Lottery, Registration, Slot
from meetups.registrations.new_slots import USUAL_TERMS, LotteryTerms, announce_lottery
from meetups.registrations.opening import refuse_late_opening
from meetups.registrations.pen.seats import Seats, seats_of
from meetups.registrations.refusals import refuse_what_is_over
from meetups.registrations.slot_settings import admission_version, is_empty, note


class AdmissionIsAnnounced(DomainError):
    message = _(
        "Someone has already registered under the announced rules, so admission can’t change. Add "
        "another slot and move unused seats there."
    )


class EntriesAreClosed(DomainError):
    message = _("Entries for this lottery have closed, so its dates and rules stay as they are.")


class NotForAsking(DomainError):
    message = _("Seats in this slot are for volunteers or invited people. To let others in, add another slot.")


class DatesDoNotFit(DomainError):
    message = _(
        "Entries must close in the future. The draw is on a whole minute, at least 30 minutes later, before the event."
    )


class ClosedBeforeEntries(DomainError):
    message = _("Registration for this slot closes before lottery entries would. Make it close later first.")


class ValueIsNotNamed(DomainError):
    message = _("Say which public value will be entered and in what form, so that everyone can compare it.")


class NothingLeftToDraw(DomainError):
    message = _("Leave at least one seat for the draw. For no draw, choose first come, first served.")


@dataclass(frozen=True)
class AdmissionPlan:
    """An organizer's settings for admission. All fields except `admission` are for lotteries only."""

    admission: Slot.Admission
    dates: LotteryDates | None = None
    terms: LotteryTerms = USUAL_TERMS
    first_come_seats: int = 0
    takes_pairs: bool = False


def change_admission(*, slot: Slot, plan: AdmissionPlan, seen: str | None = None, at: datetime, by: User) -> Slot:
    """Writes `plan`. Once someone has registered, the announced rules stay, with two exceptions.

    The dates of a lottery may move while it takes entries; then entrants are told. Pairs may be allowed, but not forbidden again.
    `seen` is the `admission_version` that the form was filled from. Raises EventClosed, ChangedMeanwhile, NotForAsking,
    AdmissionIsAnnounced, EntriesAreClosed, DatesDoNotFit, ClosedBeforeEntries, ValueIsNotNamed, NothingLeftToDraw, OpensTooLate.
    """
    with seats_of(slot.event, at=at) as seats:
        slot = seats.slots[slot.pk]
        lottery = seats.lottery_of(slot)
        refuse_what_is_over(seats.event, at)
        refuse_what_has_changed(seen, admission_version(slot, lottery))
        if not slot.is_general or plan.admission not in {Slot.Admission.FIRST_COME, Slot.Admission.LOTTERY}:
            raise NotForAsking
        changed = _changed(slot, lottery, plan)
        if not changed:
            return slot
        if lottery and (lottery.state != Lottery.State.ANNOUNCED or _closed(seats.event, lottery, at)):
            raise EntriesAreClosed
        _refuse_what_was_promised(slot, plan, changed)
        if plan.admission == Slot.Admission.LOTTERY:
            _refuse_impossible(seats, slot, plan, at=at, moves=bool({"admission", "dates"} & set(changed)))
        _write(slot, lottery, plan)
        refuse_late_opening(seats.event, [slot], at=at)
        if lottery and plan.dates and "dates" in changed:
            # An address can be proved until entries close, even if they now close at another time (RULES 27).
            unproved = HeldPlace.objects.held().filter(slot=slot, kind=HeldPlace.Kind.UNVERIFIED, expires_at__gt=at)
            unproved.update(expires_at=plan.dates.closes_at)
        entry = note(seats, slot, "change_admission", at=at, by=by, changed=changed)
        if lottery and "dates" in changed and seats.event.is_published:
            _tell_entrants(seats, slot, cause=entry.pk, at=at)
        seats.queue.promote(slot, at=at)
        return slot


def _changed(slot: Slot, lottery: Lottery | None, plan: AdmissionPlan) -> list[str]:
    """The names of the settings that would change."""
    said: dict[str, tuple[object, object]] = {"admission": (slot.admission, plan.admission)}
    if plan.admission == Slot.Admission.LOTTERY:
        dates = LotteryDates(lottery.closes_at, lottery.draws_at) if lottery else None
        said |= {
            "dates": (dates, plan.dates),
            "terms": (terms_of(lottery) if lottery else None, plan.terms),
            "first_come_seats": (slot.first_come_seats, plan.first_come_seats),
            "takes_pairs": (slot.takes_pairs, plan.takes_pairs),
        }
    return [name for name, (now, then) in said.items() if now != then]


def terms_of(lottery: Lottery) -> LotteryTerms:
    """The terms that were announced."""
    return LotteryTerms(
        Lottery.Source(lottery.source),
        lottery.source_note,
        Lottery.Favours(lottery.favours),
        lottery.lighter_for_no_shows,
    )


def _closed(event: Event, lottery: Lottery, at: datetime) -> bool:
    """Whether entries are closed. A draft never counts as closed, because no one was told its dates."""
    return event.is_published and not lottery.takes_entries(at)


def _refuse_what_was_promised(slot: Slot, plan: AdmissionPlan, changed: list[str]) -> None:
    free = {"dates"} | ({"takes_pairs"} if plan.takes_pairs else set())
    if set(changed) - free and not is_empty(slot):
        raise AdmissionIsAnnounced


def _refuse_impossible(seats: Seats, slot: Slot, plan: AdmissionPlan, *, at: datetime, moves: bool) -> None:
    dates = plan.dates
    if dates is None:
        raise DatesDoNotFit
    is_minute = not (dates.draws_at.second or dates.draws_at.microsecond)
    in_order = at < dates.closes_at <= dates.draws_at - BEFORE_DRAW and dates.draws_at < seats.event.starts_at
    if moves and not (is_minute and in_order):
        raise DatesDoNotFit
    if dates.closes_at > slot.closes_at:
        raise ClosedBeforeEntries
    if plan.terms.source == Lottery.Source.ENTERED and not plan.terms.source_note:
        raise ValueIsNotNamed
    if plan.first_come_seats and plan.first_come_seats >= slot.capacity:
        raise NothingLeftToDraw


def _write(slot: Slot, lottery: Lottery | None, plan: AdmissionPlan) -> None:
    by_lottery = plan.admission == Slot.Admission.LOTTERY
    slot.admission = plan.admission
    slot.first_come_seats = plan.first_come_seats if by_lottery else 0
    slot.first_come_given = min(slot.first_come_given, slot.first_come_seats)
    slot.takes_pairs = by_lottery and plan.takes_pairs
    slot.save(update_fields=["admission", "first_come_seats", "first_come_given", "takes_pairs"])
    if lottery and not by_lottery:
        # No one entered it, so there is nothing to prove.
        lottery.delete()
    elif lottery and plan.dates:
        said = {**plan.dates.__dict__, **plan.terms.__dict__}
        if plan.dates != LotteryDates(lottery.closes_at, lottery.draws_at):
            said |= {"chosen_closes_at": None, "chosen_draws_at": None}
        for name, value in said.items():
            setattr(lottery, name, value)
        lottery.save(update_fields=list(said))
    elif plan.dates and by_lottery:
        announce_lottery(slot, plan.dates, plan.terms)


def _tell_entrants(seats: Seats, slot: Slot, *, cause: int, at: datetime) -> None:
    """Everyone in the draw must know when it takes place."""
    entrants = Registration.objects.applied().filter(slot=slot)
    notify_all(
        notification(
            kind="draw_moved",
            recipient_id=registration.attendee_id,
            thread=seats.event.thread,
            subject=registration.subject,
            cause=cause,
            at=at,
        )
        for registration in entrants
    )
