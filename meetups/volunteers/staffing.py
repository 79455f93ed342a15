"""When it is looked at whether people are missing in a shift, and who is asked then (RULES 66, 71). Reads; writes nothing."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from meetups.events.models import Event
from meetups.registrations.models import Registration, Slot
from meetups.volunteers.models import Shift, ShiftOffer, Signup
from meetups.volunteers.models.shift import HELP_SOUGHT, SETTLED

State = Registration.State


def usual_help_at(event: Event, slots: Iterable[Slot]) -> datetime:
    """The instant where the shift says none: when free cancellation ends in the first of the general `slots`, else two days before the
    start, and never in the first day after publication.
    """
    ends = [slot.free_cancellation_ends_at for slot in slots if slot.is_general]
    usual = min(ends, default=event.starts_at - HELP_SOUGHT)
    return max(usual, event.published_at + SETTLED) if event.published_at else usual


def was_sought(shift: Shift) -> bool:
    """Whether people were told that it is short. A shift that was planned too late for that looks as if; nobody was told of it."""
    return shift.short_told_at is not None


def who_may_be_asked(event: Event, *, at: datetime) -> QuerySet[Registration]:
    """Those who wait for the draw or in a queue, and whom no offer of a shift of this event has reached, or is about to: one offer a
    person and event. Not who could only ask for it (RULES 24): the offer would promise too much.
    """
    absent = Signup.objects.absent(at).filter(shift__event__community_id=event.community_id)
    ask_first = {one.volunteer.person_key for one in absent.select_related("volunteer")}
    return (
        Registration.objects.filter(event=event, state__in=(State.APPLIED, State.WAITLISTED), attendee__isnull=False)
        .exclude(person_key__in=ask_first)
        .exclude(attendee__in=ShiftOffer.objects.filter(event=event).values("person"))
    )
