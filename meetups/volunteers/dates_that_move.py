"""Dates that move with an event: those of its shifts."""

from meetups.core.zones import moved_span
from meetups.registrations.dates_that_move import EventMove, MovingDates
from meetups.volunteers.models import Shift


def move_shifts(move: EventMove) -> None:
    """Moves teardown with the end of the event and all other shifts with its start. Their deadlines move too (RULES 39)."""
    for shift in Shift.objects.filter(event=move.event):
        then = move.with_end if shift.phase == Shift.Phase.TEARDOWN else move.with_start
        shift.starts_at, shift.ends_at = moved_span(shift.starts_at, shift.ends_at, then)
        shift.step_down_until = move.with_start(shift.step_down_until)
        shift.help_at = move.with_start(shift.help_at) if shift.help_at else None
        shift.save(update_fields=["starts_at", "ends_at", "step_down_until", "help_at"])


MOVING = (MovingDates(Shift, ("starts_at", "ends_at", "step_down_until", "help_at"), move_shifts),)
