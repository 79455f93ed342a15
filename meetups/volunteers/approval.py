"""Rules for when a volunteer needs an organizer's approval (RULES 24). Reads; writes nothing."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.volunteers.models import Shift, Signup


def communities_missed(person: User, *, at: datetime) -> set[int]:
    """The communities in which an unexcused absence of `person` from a shift counts at `at`. One query.

    All accounts of a mailbox are one person (RULES 16).
    """
    mailbox = person.person_key.partition("@")[0]
    absent = Signup.objects.absent(at).filter(volunteer__email__startswith=mailbox)
    return {
        one.shift.event.community_id
        for one in absent.select_related("volunteer", "shift__event")
        if one.volunteer.person_key == person.person_key
    }


def mailboxes_that_missed(community_id: int, *, at: datetime) -> set[str]:
    """The `person_key` of everyone whose absence counts in the community at `at`. One query, for lists of people."""
    absent = Signup.objects.absent(at).filter(shift__event__community=community_id)
    return {one.volunteer.person_key for one in absent.select_related("volunteer")}


def needs_yes(shift: Shift, person: User, *, at: datetime) -> bool:
    """Whether `person` can only ask for `shift`.

    Its organizers approve each volunteer, or it guarantees a seat and the person has missed a shift lately.
    """
    return shift.needs_approval or (
        shift.slot_id is not None and shift.event.community_id in communities_missed(person, at=at)
    )
