"""A person declines to enter a lottery as a pair."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.notifications.notify import notify
from meetups.registrations.models import PairInvitation
from meetups.registrations.pairs import SamePerson, refuse_where_over
from meetups.registrations.pen.seats import seats_of


def decline_pair(*, invitation: PairInvitation, at: datetime, by: User | None) -> None:
    """Ends the link. The person who sent it is told, and stays in the lottery alone. A second time changes nothing. A no needs
    the link alone, so `by` may be None.

    Raises SamePerson, PairInvitationIsOver, EntriesHaveClosed, NotInTheLottery, RegistrationClosed.
    """
    with seats_of(invitation.lead.event, at=at) as seats:
        invitation = PairInvitation.objects.select_related("lead__slot__lottery", "lead__attendee").get(
            pk=invitation.pk
        )
        if by and invitation.lead.person_key == by.person_key:
            raise SamePerson
        if invitation.state == PairInvitation.State.DECLINED:
            return
        refuse_where_over(invitation, at=at)
        seats.pairs.end_invitation(invitation, PairInvitation.State.DECLINED, at=at, by=by)
        notify(
            kind="pair_declined",
            recipient=invitation.lead.person,
            thread=seats.event.thread,
            subject=invitation.subject,
            cause=invitation.state,
            at=at,
        )
