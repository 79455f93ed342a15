"""What a copy of an event has from its source: the call for speakers, the rehearsal, and breaks of the program."""

from django.utils.translation import gettext_lazy as _

from meetups.registrations.copied_parts import CopiedPart, EventCopy, LeftOut, twin
from meetups.speakers.models import (
    Break,
    Call,
    CoSpeaker,
    Presence,
    Proposal,
    Readiness,
    Rehearsal,
    SpeakerInvitation,
    Talk,
    TalkOffer,
)

CALL = ("community_id", "text", "closes_at", "confirm_days", "confirm_eve")
REHEARSAL = ("starts_at", "ends_at", "join_url")
BREAK = ("title", "minutes", "position", "note")


def copy_call(copy: EventCopy) -> None:
    """The call is open again."""
    for call in Call.objects.filter(event=copy.source):
        twin(call, CALL, event=copy.event, opened_at=copy.at).save()


def copy_rehearsal(copy: EventCopy) -> None:
    for rehearsal in Rehearsal.objects.filter(event=copy.source):
        twin(rehearsal, REHEARSAL, event=copy.event).save()


def copy_breaks(copy: EventCopy) -> None:
    breaks = Break.objects.filter(event=copy.source).order_by("position", "pk")
    Break.objects.bulk_create([twin(one, BREAK, event=copy.event) for one in breaks])


COPIED = (
    CopiedPart(Call, CALL, copy_call),
    CopiedPart(Rehearsal, REHEARSAL, copy_rehearsal),
    CopiedPart(Break, BREAK, copy_breaks),
)
LEFT_OUT = (
    LeftOut(_("talks, speakers and slides"), (Talk, CoSpeaker, Readiness, Proposal, SpeakerInvitation, TalkOffer)),
    LeftOut(_("who was at the rehearsal"), (Presence,)),
)
