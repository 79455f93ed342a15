"""Models for slots, registrations, holds, lotteries, and everything that waits for an answer."""

from meetups.registrations.models.held_place import HeldPlace
from meetups.registrations.models.lottery import Lottery
from meetups.registrations.models.offer import Offer
from meetups.registrations.models.pair import PairInvitation
from meetups.registrations.models.reconfirmation import Reconfirmation
from meetups.registrations.models.registration import TRANSITIONS, Hold, Registration
from meetups.registrations.models.slot import Slot

__all__ = [
    "TRANSITIONS",
    "HeldPlace",
    "Hold",
    "Lottery",
    "Offer",
    "PairInvitation",
    "Reconfirmation",
    "Registration",
    "Slot",
]
