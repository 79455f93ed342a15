"""Work at an event, who does it, and the list of teardown."""

from meetups.volunteers.models.chore import Chore, RoomPhoto
from meetups.volunteers.models.shift import Shift, ShiftOffer
from meetups.volunteers.models.signup import Handover, Signup

__all__ = ["Chore", "Handover", "RoomPhoto", "Shift", "ShiftOffer", "Signup"]
