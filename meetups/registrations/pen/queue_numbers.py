"""The number that somebody who waits is told, on pages, lists and in mails: 1 is the next to move up.

The stored `place` only orders a queue: it is unique in the slot for ever, so it has gaps wherever somebody left or moved up.
"""

from collections import defaultdict
from collections.abc import Iterable

from meetups.registrations.models import Registration

State = Registration.State


def queue_number(registration: Registration) -> int:
    """Her number in the queue of her slot, from 1. Costs a query unless the list that it came from has counted already (`ahead`)."""
    counted = getattr(registration, "ahead", None)
    if counted is None:
        queue = Registration.objects.filter(slot=registration.slot_id, state=State.WAITLISTED)
        counted = queue.filter(place__lt=registration.place).count()
    return int(counted) + 1


def queue_numbers(registrations: Iterable[Registration]) -> dict[int, int]:
    """The numbers of those who wait, by primary key. `registrations` must have whole queues in it. No query."""
    queues: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for one in registrations:
        if one.state == State.WAITLISTED:
            queues[one.slot_id].append((one.place or 0, one.pk))
    return {pk: number for queue in queues.values() for number, (_place, pk) in enumerate(sorted(queue), start=1)}
