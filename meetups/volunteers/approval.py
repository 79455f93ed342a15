"""Where a volunteer needs an organizer's yes (RULES 24). Reads; writes nothing."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.volunteers.models import Shift, Signup


def has_missed_a_shift(person: User, community_id: int, *, at: datetime) -> bool:
    """Whether an unexcused absence from a shift in the community counts at `at`; all accounts of a mailbox are one person (RULES 16)."""
    absent = Signup.objects.absent(at).filter(shift__event__community_id=community_id).select_related("volunteer")
    return any(one.volunteer.person_key == person.person_key for one in absent)


def needs_yes(shift: Shift, person: User, *, at: datetime) -> bool:
    """Whether `person` can only ask for `shift`: its organizers want that, or it gives a seat and she has missed a shift lately."""
    return shift.needs_approval or (
        shift.slot_id is not None and has_missed_a_shift(person, shift.event.community_id, at=at)
    )
