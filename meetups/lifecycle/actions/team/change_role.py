"""A member of the team gets another role."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import GRANTS, Permission, Role
from meetups.communities.team_roles import give_role
from meetups.events.rehearsals import leave_rehearsal
from meetups.lifecycle.rehearsal_people import rehearsals_ahead
from meetups.registrations.pen.seats import seats_of_each


def change_role(*, membership: Membership, role: Role, seen: str, at: datetime, by: User) -> None:
    """Changes the role in place (RULES 205). With a role that plans no events the person leaves the rehearsals ahead (RULES 246).

    `seen` is the role that the page showed. A role that has ended stays so, and the same role twice is no change. Raises
    ChangedMeanwhile, LastOwner.
    """
    with seats_of_each(rehearsals_ahead(membership.community_id, at), at=at) as every:
        entry = give_role(membership, role, seen=seen, at=at, by=by)
        if entry and Permission.PLAN_EVENTS not in GRANTS[role]:
            for seats in every:
                leave_rehearsal(seats.event, membership.person, cause=entry.pk, at=at)
