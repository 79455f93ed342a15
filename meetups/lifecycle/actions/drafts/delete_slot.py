"""An organizer deletes a slot that no one was ever in."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.history.models import record
from meetups.lifecycle.audience import Audience
from meetups.lifecycle.models import Message
from meetups.lifecycle.people_there import UNPROVED
from meetups.registrations.models import HeldPlace, Hold, Lottery, Registration, Slot
from meetups.registrations.pen.seats import Seats, seats_of
from meetups.registrations.refusals import refuse_what_is_over
from meetups.volunteers.models import Shift


class SlotHasPeople(DomainError):
    message = _("People are or were in this slot, or are invited to it, so it can’t be deleted.")


class SlotHasShifts(DomainError):
    message = _("Shifts give the seats of this slot, so it can’t be deleted.")


class OnlySlot(DomainError):
    message = _("This is the event’s only slot. Add another one first.")


class SlotIsWrittenTo(DomainError):
    message = _("A scheduled message is for this slot. Change or cancel the message first.")


def delete_slot(*, slot: Slot, at: datetime, by: User) -> None:
    """Deletes the slot with its lottery, questions and attendance check; no one is told (RULES 223). Once it is gone a second call
    changes nothing.

    Raises EventClosed, SlotHasPeople, SlotHasShifts, OnlySlot, SlotIsWrittenTo.
    """
    with seats_of(slot.event, at=at) as seats:
        if slot.pk not in seats.slots:
            return
        refuse_what_is_over(seats.event, at)
        _refuse_what_is_needed(seats, seats.slots[slot.pk])
        record(
            thread=seats.event.thread,
            subject=f"slot:{slot.pk}",
            verb="delete_slot",
            at=at,
            by=by,
            admission=slot.admission,
            seats=slot.capacity,
        )
        Slot.objects.filter(pk=slot.pk).delete()


def _refuse_what_is_needed(seats: Seats, slot: Slot) -> None:
    lottery = seats.lottery_of(slot)
    people = (
        Registration.objects.filter(slot=slot),
        HeldPlace.objects.filter(slot=slot).exclude(UNPROVED),
        Hold.objects.filter(slot=slot),
    )
    if any(found.exists() for found in people) or (lottery and lottery.state != Lottery.State.ANNOUNCED):
        raise SlotHasPeople
    if Shift.objects.filter(slot=slot).exists():
        raise SlotHasShifts
    if len(seats.slots) == 1:
        raise OnlySlot
    waiting = Message.objects.filter(event=seats.event, state=Message.State.SCHEDULED)
    if any(slot.public_id in Audience.of(message.audience).slots for message in waiting):
        raise SlotIsWrittenTo
