"""What happens to a seat when the duty or talk that holds it ends."""

from datetime import datetime

from meetups.events.models import Event
from meetups.pages.sheets.slot_choices import offers_of
from meetups.pages.shifts.shift_cancellation import fallback
from meetups.registrations.models import Hold


def seat_after(subject: str, event: Event, *, at: datetime) -> str:
    """What happens to the seat that `subject` (a talk, a co-speaker) holds, shown before the click; empty where it holds none."""
    hold = Hold.objects.active().filter(subject=subject).select_related("registration").first()
    if hold is None:
        return ""
    others = Hold.objects.active().filter(registration=hold.registration_id).exclude(pk=hold.pk)
    offers = offers_of([event], at=at)[event.pk]
    checked_in = hold.registration.checked_in_at is not None
    held_otherwise, is_over = others.exists(), event.is_over(at)
    return fallback(offers, held_otherwise=held_otherwise, checked_in=checked_in, is_over=is_over).sentence
