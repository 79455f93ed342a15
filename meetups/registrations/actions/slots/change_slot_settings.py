"""An organizer changes the name, the seats and the deadlines of a slot."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.core.versions import refuse_what_has_changed
from meetups.registrations.admission import Deadlines
from meetups.registrations.models import Reconfirmation, Registration, Slot
from meetups.registrations.models.reconfirmation import ANSWERED_BEFORE_PROMOTION_STOPS
from meetups.registrations.opening import refuse_late_opening
from meetups.registrations.pen.seats import Seats, seats_of
from meetups.registrations.refusals import refuse_what_is_over
from meetups.registrations.slot_settings import NameIsTaken, note, settings_version


class DeadlinesOutOfOrder(DomainError):
    message = _(
        "Free cancellation must end first, then the waitlist stops moving up, and both before the event begins."
    )


class ClosesTooLate(DomainError):
    message = _("Registration can’t close after the event ends.")


class ClosesBeforeTheDraw(DomainError):
    message = _("Entries for the lottery close later than that. Registration for this slot can’t close before them.")


class AnswersComeLater(DomainError):
    message = _(
        "Attendance check replies would be due less than 24 hours before the waitlist stops moving up. "
        "Change the attendance check first."
    )


@dataclass(frozen=True)
class SlotSettings:
    """An organizer's settings for a slot. `capacity` is None for a duty slot, whose seats come from its shifts."""

    name: str
    capacity: int | None
    deadlines: Deadlines


@dataclass(frozen=True)
class SlotChange:
    """The slot as it stands, whether anything changed, and how many people moved up from the queue."""

    slot: Slot
    is_changed: bool
    moved_up: int


def change_slot_settings(
    *, slot: Slot, settings: SlotSettings, seen: str | None = None, at: datetime, by: User
) -> SlotChange:
    """Writes name, seats and deadlines. The queue moves up at once if more seats or a later end of promotion allow it (RULES 3).

    `seen` is the `settings_version` that the form was filled from. Raises EventClosed, ChangedMeanwhile, NameIsTaken, SeatsTaken
    (RULES 25), DeadlinesOutOfOrder, ClosesTooLate, ClosesBeforeTheDraw, AnswersComeLater, OpensTooLate.
    """
    with seats_of(slot.event, at=at) as seats:
        slot = seats.slots[slot.pk]
        refuse_what_is_over(seats.event, at)
        refuse_what_has_changed(seen, settings_version(slot))
        if any(other.name == settings.name and other.pk != slot.pk for other in seats.slots.values()):
            raise NameIsTaken(slot=settings.name)
        _refuse_impossible(seats, slot, settings.deadlines)
        before, size = _waiting(slot), slot.capacity
        said = {"name": settings.name, **settings.deadlines.__dict__}
        changed = [name for name, value in said.items() if getattr(slot, name) != value]
        for name in changed:
            setattr(slot, name, said[name])
        if changed:
            slot.save(update_fields=changed)
            refuse_late_opening(seats.event, [slot], at=at)
        capacity = slot.capacity if settings.capacity is None else settings.capacity
        if capacity != slot.capacity and slot.admission != Slot.Admission.DUTY:
            sizes = [slot.capacity, capacity]
            seats.set_capacity(slot, capacity, at=at)
            note(seats, slot, "change_capacity", at=at, by=by, seats=sizes)
        if changed:
            note(seats, slot, "change_slot_settings", at=at, by=by, changed=changed)
            seats.queue.promote(slot, at=at)
            seats.queue.pass_on(slot, at=at)
        return SlotChange(slot, bool(changed) or slot.capacity != size, max(before - _waiting(slot), 0))


def _refuse_impossible(seats: Seats, slot: Slot, deadlines: Deadlines) -> None:
    """Refuses deadlines unless free cancellation ends ≤ promotion stops ≤ start, or where other dates do not allow them."""
    event, lottery = seats.event, seats.lottery_of(slot)
    if not deadlines.free_cancellation_ends_at <= deadlines.promotion_stops_at <= event.starts_at:
        raise DeadlinesOutOfOrder
    if deadlines.closes_at > event.ends_at:
        raise ClosesTooLate
    if lottery and not lottery.is_drawn and deadlines.closes_at < lottery.closes_at:
        raise ClosesBeforeTheDraw
    if deadlines.promotion_stops_at != slot.promotion_stops_at:
        asked = Reconfirmation.objects.filter(slot=slot).exclude(state=Reconfirmation.State.SETTLED).first()
        if asked and asked.answer_by > deadlines.promotion_stops_at - ANSWERED_BEFORE_PROMOTION_STOPS:
            raise AnswersComeLater


def _waiting(slot: Slot) -> int:
    return Registration.objects.filter(slot=slot).waiting().count()
