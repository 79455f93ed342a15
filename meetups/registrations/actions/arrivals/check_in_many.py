"""Several people have arrived."""

from collections.abc import Iterable
from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.registrations.arrivals import arrive
from meetups.registrations.models import Registration
from meetups.registrations.pen.seats import seats_of


def check_in_many(*, event: Event, registrations: Iterable[int], at: datetime, by: User) -> int:
    """Records the arrival of all `registrations` (primary keys) that have a seat at `event`. Returns how many are new."""
    with seats_of(event, at=at) as seats:
        found = Registration.objects.confirmed().filter(event=event, pk__in=list(registrations)).order_by("pk")
        return arrive(seats, found, at=at, by=by)
