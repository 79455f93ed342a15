"""Who stands before and after a person on the list that one came from."""

from collections.abc import Iterable
from dataclasses import dataclass

from meetups.registrations.models import Registration
from organizers.attendees.roster_filters import Filters


@dataclass(frozen=True)
class Around:
    """The person's position among `total` of the list, from 1, and the primary keys beside it; None at an end."""

    number: int
    total: int
    before: int | None
    after: int | None


def neighbours(filters: Filters, everyone: Iterable[Registration], registration: Registration) -> Around | None:
    """None for a person who is not on that list any more, as after a step that changed their state."""
    found = [one.pk for one in filters.found(everyone)]
    if registration.pk not in found:
        return None
    index = found.index(registration.pk)
    before = found[index - 1] if index else None
    after = found[index + 1] if index + 1 < len(found) else None
    return Around(index + 1, len(found), before, after)
