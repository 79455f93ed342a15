"""The invitation to a pair is withdrawn."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.models import PairInvitation, Registration
from meetups.registrations.pairs import open_invitation
from meetups.registrations.pen.seats import seats_of


def withdraw_pair_invitation(*, registration: Registration, at: datetime, by: User) -> None:
    """Ends the link that `registration` has passed on. If none is open, nothing changes."""
    with seats_of(registration.event, at=at) as seats:
        invitation = open_invitation(registration)
        if invitation:
            seats.pairs.end_invitation(invitation, PairInvitation.State.WITHDRAWN, at=at, by=by)
