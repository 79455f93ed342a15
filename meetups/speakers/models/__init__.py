"""Talks: how they are found, prepared, given and remembered."""

from meetups.speakers.models.call import Call, Proposal, SpeakerInvitation
from meetups.speakers.models.offer import TalkOffer
from meetups.speakers.models.programme import Break
from meetups.speakers.models.readiness import Readiness
from meetups.speakers.models.rehearsal import Presence, Rehearsal
from meetups.speakers.models.talk import CoSpeaker, Talk

__all__ = [
    "Break",
    "Call",
    "CoSpeaker",
    "Presence",
    "Proposal",
    "Readiness",
    "Rehearsal",
    "SpeakerInvitation",
    "Talk",
    "TalkOffer",
]
