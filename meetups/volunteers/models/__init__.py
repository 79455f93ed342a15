"""Work at an event, the people who do it, and the teardown list."""

from meetups.volunteers.models.chore import Chore, RoomPhoto
from meetups.volunteers.models.shift import Shift, ShiftOffer
from meetups.volunteers.models.signup import Handover, Signup

__all__ = ["Chore", "Handover", "RoomPhoto", "Shift", "ShiftOffer", "Signup"]
