"""Entries close."""

from datetime import datetime

from meetups.registrations.models import Lottery
from meetups.registrations.pen.seats import seats_of


def freeze_lottery(*, lottery: Lottery, at: datetime) -> Lottery:
    """Freezes the manifest if entries have closed by `at`; only the first call does it. Returns the lottery as it stands."""
    with seats_of(lottery.slot.event, at=at) as seats:
        # `seats_of` has already frozen what was due.
        return seats.slots[lottery.slot_id].lottery
