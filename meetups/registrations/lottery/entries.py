"""The lines of a manifest. Reads only; writes nothing."""

from datetime import datetime

from meetups.registrations.lottery.ranking import Entry
from meetups.registrations.lottery.weights import weights
from meetups.registrations.models import Lottery, Registration


def entries(lottery: Lottery, entrants: list[Registration], *, at: datetime) -> tuple[list[Entry], list[Entry]]:
    """The lines of a manifest: the nominated entries in the organizers' order, and the others.

    A pair is one line, with the lower weight of its two people.
    """
    chances = weights(lottery, lottery.slot.event, [one.person_key for one in entrants], at=at)
    seconds = {one.lead_id: one for one in entrants if one.lead_id}
    nominated: list[tuple[int, Entry]] = []
    others: list[Entry] = []
    for one in entrants:
        if one.lead_id:
            continue
        members = [one, *([seconds[one.pk]] if one.pk in seconds else [])]
        entry = Entry(one.entry_id or "", len(members), min(chances[member.person_key] for member in members))
        if one.nominated is None:
            others.append(entry)
        else:
            nominated.append((one.nominated, entry))
    return [entry for _order, entry in sorted(nominated, key=lambda pair: pair[0])], others
