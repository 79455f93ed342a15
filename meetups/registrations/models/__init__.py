"""Slots, registrations, holds and lotteries."""

from meetups.registrations.models.lottery import Lottery
from meetups.registrations.models.registration import TRANSITIONS, Hold, Registration
from meetups.registrations.models.slot import Slot

__all__ = ["TRANSITIONS", "Hold", "Lottery", "Registration", "Slot"]
