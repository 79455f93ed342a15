"""Dates that move with an event: the call for speakers and the rehearsal. A new day ends connection checks."""

from meetups.core.zones import moved_span
from meetups.registrations.dates_that_move import EventMove, MovingDates
from meetups.speakers.models import Call, Presence, Rehearsal


def move_call(move: EventMove) -> None:
    """Moves a deadline that is still ahead. One that has passed stays: proposals were decided by it (RULES 80)."""
    for call in Call.objects.filter(event=move.event, closes_at__isnull=False):
        if call.closes_at and (call.closes_at > move.at or move.is_draft):
            call.closes_at = min(move.with_start(call.closes_at), move.event.starts_at)
            call.save(update_fields=["closes_at"])


def move_rehearsal(move: EventMove) -> None:
    """Moves a rehearsal that has not begun. One that has begun stays, because it also helps for the new date (RULES 87)."""
    ahead = {} if move.is_draft else {"starts_at__gt": move.at}
    for rehearsal in Rehearsal.objects.filter(event=move.event, **ahead):
        rehearsal.starts_at, rehearsal.ends_at = moved_span(rehearsal.starts_at, rehearsal.ends_at, move.with_start)
        rehearsal.save(update_fields=["starts_at", "ends_at"])


def forget_connections(move: EventMove) -> None:
    """Deletes connection checks where the day changes: they say nothing about another day (RULES 88)."""
    zone = move.event.zone
    if move.old_start.astimezone(zone).date() != move.event.starts_at.astimezone(zone).date():
        on_the_day = (Presence.Occasion.CONNECTION, Presence.Occasion.HERE)
        Presence.objects.filter(event=move.event, occasion__in=on_the_day).delete()


MOVING = (
    MovingDates(Call, ("closes_at",), move_call),
    MovingDates(Rehearsal, ("starts_at", "ends_at"), move_rehearsal),
    MovingDates(Presence, (), forget_connections),
)
