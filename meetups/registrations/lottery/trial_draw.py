"""A trial draw with a seed that is thrown away: one possible result (RULES 13)."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from meetups.registrations.lottery.entries import entries
from meetups.registrations.lottery.ranking import Place, draw, manifest
from meetups.registrations.models import Lottery, Registration


def preview_draw(
    lottery: Lottery, applicants: Sequence[Registration], *, at: datetime
) -> list[tuple[Place, Registration]]:
    """A possible result for today's `applicants` of the slot, with today's weights, pairs and nominated entries.

    A pair is named by its first person. The result says nothing about the real draw and is not stored.
    """
    by_entry = {registration.entry_id or "": registration for registration in applicants}
    nominated, others = entries(lottery, list(applicants), at=at)
    drawn_from = manifest(
        event=lottery.slot.event.public_id,
        slot=lottery.slot.public_id,
        seats=lottery.slot.seats_left,
        nominated=nominated,
        others=others,
    )
    return [(place, by_entry[place.entry.entry_id]) for place in draw(drawn_from, secrets.token_hex(32))]
