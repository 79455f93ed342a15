"""An organizer plans several usual shifts in one step."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import override, pgettext

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import EventClosed
from meetups.volunteers.models import Shift
from meetups.volunteers.new_shifts import add_shift, duty_slot
from meetups.volunteers.usual_shifts import blueprints_for


def plan_usual_shifts(*, event: Event, roles: Collection[str], at: datetime, by: User) -> list[Shift]:
    """Adds the usual shifts that have one of the `roles`, in the event's language.

    A role that the event has already is left out (RULES 69), so a second call adds nothing. Returns the new shifts. Raises
    EventClosed for a canceled event.
    """
    with seats_of(event, at=at) as seats:
        event = seats.event
        if event.is_cancelled:
            raise EventClosed
        there = Shift.objects.open().filter(event=event)
        wanted = [one for one in blueprints_for(event, there, at=at) if one.role in roles]
        with override(event.language):
            name = pgettext("slot", "Volunteers")
        return [
            add_shift(
                seats,
                blueprint.plan(event),
                slot=duty_slot(seats, name=name) if blueprint.gives_seat(event) else None,
                at=at,
                by=by,
            )
            for blueprint in wanted
        ]
