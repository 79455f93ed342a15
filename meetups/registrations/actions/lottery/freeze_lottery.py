"""Entries close."""

from datetime import datetime

from meetups.registrations.models import Lottery
from meetups.registrations.pen.seats import seats_of


def freeze_lottery(*, lottery: Lottery, at: datetime) -> Lottery:
    """Freezes the manifest where entries have closed by `at`; once, whoever comes first. Returns the lottery as it stands."""
    with seats_of(lottery.slot.event, at=at) as seats:
        # Opening the seats has frozen what was due.
        return seats.slots[lottery.slot_id].lottery
