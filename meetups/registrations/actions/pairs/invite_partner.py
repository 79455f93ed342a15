"""A person in a lottery invites a partner to enter as a pair."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.registrations.models import PairInvitation, Registration
from meetups.registrations.pairs import NotInTheLottery, can_invite, open_invitation, partner_of
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import refuse_unless_open


def invite_partner(*, registration: Registration, at: datetime, by: User) -> PairInvitation:
    """Makes the link that the person passes on. If one is already open, returns that (RULES 17).

    Raises EventClosed, or NotInTheLottery (also for a person who has a partner).
    """
    with seats_of(registration.event, at=at) as seats:
        registration = seats.fresh(registration)
        registration.slot = seats.slots[registration.slot_id]
        refuse_unless_open(seats.event, at)
        if not can_invite(registration, at=at) or partner_of(registration):
            raise NotInTheLottery
        invitation = open_invitation(registration)
        if invitation is None:
            invitation = PairInvitation.objects.create(lead=registration, made_at=at)
            record(
                thread=seats.event.thread,
                subject=invitation.subject,
                verb="invite_partner",
                at=at,
                by=by,
                to_state=invitation.state,
            )
        return invitation
