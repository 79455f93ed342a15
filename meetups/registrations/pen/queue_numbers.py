"""Numbers in the queue, as people see them on pages, in lists and in mails: 1 is the next to move up.

The stored `place` only orders a queue. It stays unique in the slot for ever, so it has gaps where people have left or moved up.
"""

from collections import defaultdict
from collections.abc import Iterable

from meetups.registrations.models import Registration

State = Registration.State


def queue_number(registration: Registration) -> int:
    """The number of `registration` in the queue of its slot, from 1. Costs a query unless its list has already counted (`ahead`)."""
    counted = getattr(registration, "ahead", None)
    if counted is None:
        queue = Registration.objects.filter(slot=registration.slot_id, state=State.WAITLISTED)
        counted = queue.filter(place__lt=registration.place).count()
    return int(counted) + 1


def queue_numbers(registrations: Iterable[Registration]) -> dict[int, int]:
    """The queue numbers of the people who wait, by primary key. `registrations` must contain complete queues. No query."""
    queues: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for one in registrations:
        if one.state == State.WAITLISTED:
            queues[one.slot_id].append((one.place or 0, one.pk))
    return {pk: number for queue in queues.values() for number, (_place, pk) in enumerate(sorted(queue), start=1)}
