"""Whether anyone has, or ever had, something to do with an event. A question for steps that take away what people saw."""

from django.db.models import Q

from meetups.events.models import Event
from meetups.lifecycle.models import Inquiry, Message
from meetups.registrations.models import HeldPlace, Registration
from meetups.speakers.models import SpeakerInvitation, Talk
from meetups.volunteers.models import Signup

# An address that was never proved is not a person's (RULES 55).
UNPROVED = Q(kind=HeldPlace.Kind.UNVERIFIED) & ~Q(state=HeldPlace.State.HELD)


def someone_is_there(event: Event) -> bool:
    """Registrations, invitations, talks, volunteers, questions and sent messages, also those that ended."""
    rows = (
        Registration.objects.filter(event=event),
        HeldPlace.objects.filter(event=event).exclude(UNPROVED),
        Signup.objects.filter(shift__event=event),
        Talk.objects.filter(event=event),
        SpeakerInvitation.objects.filter(event=event),
        Inquiry.objects.filter(event=event),
        Message.objects.filter(event=event, state=Message.State.SENT),
    )
    return any(found.exists() for found in rows)
