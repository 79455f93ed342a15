"""Rules for when shifts are checked for missing people, and who is asked then (RULES 66, 71). Reads; writes nothing."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from meetups.events.models import Event
from meetups.registrations.models import Registration, Slot
from meetups.volunteers.models import Shift, ShiftOffer, Signup
from meetups.volunteers.models.shift import HELP_SOUGHT, SETTLED

State = Registration.State


def usual_help_at(event: Event, slots: Iterable[Slot]) -> datetime:
    """The usual time of the check, for shifts without their own.

    It is when free cancellation ends in the first of the general `slots`, or two days before the start if there is none. It is
    never in the first day after publication, nor in the first day after registration opens: until then no one could take a shift.
    """
    ends = [slot.free_cancellation_ends_at for slot in slots if slot.is_general]
    usual = min(ends, default=event.starts_at - HELP_SOUGHT)
    begins = [at for at in (event.published_at, event.registration_opens_at) if at]
    return max(usual, *(at + SETTLED for at in begins)) if begins else usual


def was_sought(shift: Shift) -> bool:
    """Whether people were told that the shift is short.

    For a shift that was planned too late, `help_sought_at` is set, but no one was told.
    """
    return shift.short_told_at is not None


def who_may_be_asked(event: Event, *, at: datetime) -> QuerySet[Registration]:
    """Registrations in the lottery or on a waitlist whose person has had no offer of shifts at this event.

    There is one offer per person and event; one that is about to be sent counts too. People who could only ask for the shift
    (RULES 24) are left out: the offer would promise too much.
    """
    absent = Signup.objects.absent(at).filter(shift__event__community_id=event.community_id)
    ask_first = {one.volunteer.person_key for one in absent.select_related("volunteer")}
    return (
        Registration.objects.filter(event=event, state__in=(State.APPLIED, State.WAITLISTED), attendee__isnull=False)
        .exclude(person_key__in=ask_first)
        .exclude(attendee__in=ShiftOffer.objects.filter(event=event).values("person"))
    )
