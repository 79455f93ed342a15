"""A refused action and the state of the database."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from meetups.events.models import Event
from meetups.registrations.models import (
    HeldPlace,
    Lottery,
    PairInvitation,
    Registration,
    Slot,
)
from meetups.speakers.models import Talk
from meetups.volunteers.models import Shift

HOUR = timedelta(hours=1)
# The manifest is fixed: its seats are promised to its entries (RULES 10).
FIXED = {Lottery.State.FROZEN, Lottery.State.SEEDED}


def mailbox(address: str) -> str:
    """The mailbox of an address: accounts with one mailbox count as one person (RULES 16)."""
    name, _at, host = address.lower().partition("@")
    return f"{name.partition('+')[0]}@{host}"


class Refused:
    """The arguments of an action, and their state in the database."""

    def __init__(self, at: datetime, event: Event, named: dict[str, Any]) -> None:
        self.at, self.event, self.named = at, event, named

    def __getattr__(self, name: str) -> Any:
        """The argument with that name."""
        return self.named[name]

    @cached_property
    def slot(self) -> Slot:
        return Slot.objects.select_related("lottery").get(pk=self.named["slot"].pk)

    @cached_property
    def registration(self) -> Registration:
        of_all = Registration.objects.select_related("slot__lottery", "attendee", "lead")
        return of_all.get(pk=self.named["registration"].pk)

    @cached_property
    def shift(self) -> Shift:
        return Shift.objects.get(pk=self.named["shift"].pk)

    @cached_property
    def talk(self) -> Talk:
        return Talk.objects.select_related("speaker").get(pk=self.named["talk"].pk)

    @cached_property
    def invitation(self) -> PairInvitation:
        return PairInvitation.objects.select_related("lead__slot__lottery", "lead__attendee").get(
            pk=self.named["invitation"].pk
        )

    def places_of(self, *addresses: str) -> list[Registration]:
        """Active registrations of these mailboxes."""
        wanted = {mailbox(address) for address in addresses if address}
        active = (
            Registration.objects.filter(event=self.event)
            .exclude(state="cancelled")
            .select_related("attendee", "slot__lottery")
        )
        return [
            one
            for one in active
            if (one.attendee.email if one.attendee else one.person_key)
            and mailbox(one.attendee.email if one.attendee else one.person_key) in wanted
        ]

    def takes_entries(self, slot: Slot) -> bool:
        lottery = lottery_of(slot)
        return lottery is not None and lottery.state == Lottery.State.ANNOUNCED and self.at < lottery.closes_at

    def is_fixed(self, slot: Slot) -> bool:
        """Entries have closed, and the draw has not happened yet: the next caller that takes the seat lock fixes the list."""
        lottery = lottery_of(slot)
        return lottery is not None and lottery.state != Lottery.State.DRAWN and self.at >= lottery.closes_at

    def free(self, slot: Slot) -> int:
        """Seats that no one has and that are promised to no one."""
        taken = Registration.objects.filter(slot=slot, state="confirmed", above_capacity=False).count()
        kept = HeldPlace.objects.filter(slot=slot, state="held", has_seat=True, expires_at__gt=self.at).count()
        lottery = lottery_of(slot)
        promised = (lottery.seats or 0) if lottery and lottery.state in FIXED else 0
        return slot.capacity - taken - kept - promised

    def unsettled(self, slot: Slot) -> bool:
        """Whether time has left work for the next action here: a list to fix, or a held place that is over."""
        lottery = lottery_of(slot)
        is_due = lottery is not None and lottery.state == Lottery.State.ANNOUNCED and self.at >= lottery.closes_at
        over = HeldPlace.objects.filter(slot__event=self.event, state="held", expires_at__lte=self.at)
        return is_due or over.exists()

    def has_no_seat_for(self, slot: Slot, wanted: int = 1) -> bool:
        return self.free(slot) < wanted or self.unsettled(slot)


def lottery_of(slot: Slot) -> Lottery | None:
    return getattr(slot, "lottery", None) if slot.admission == "lottery" else None


Reason = Callable[[Refused], bool]
