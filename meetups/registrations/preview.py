"""What the draw could look like, with a seed that is thrown away (RULES 13)."""

import secrets
from collections.abc import Sequence

from meetups.registrations.models import Lottery, Registration
from meetups.registrations.ranking import Entry, Place, draw, manifest


def preview_draw(lottery: Lottery, applicants: Sequence[Registration]) -> list[tuple[Place, Registration]]:
    """A possible outcome for today's `applicants` of the slot; it says nothing about the real one and is stored nowhere."""
    by_entry = {registration.entry_id or "": registration for registration in applicants}
    drawn_from = manifest(
        event=lottery.slot.event.public_id,
        slot=lottery.slot.public_id,
        seats=lottery.slot.seats_left,
        others=[Entry(entry_id) for entry_id in by_entry],
    )
    return [(place, by_entry[place.entry.entry_id]) for place in draw(drawn_from, secrets.token_hex(32))]
