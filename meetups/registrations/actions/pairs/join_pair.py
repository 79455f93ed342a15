"""A person enters a lottery together with the person who invited them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.notifications.notify import notify
from meetups.registrations.models import PairInvitation, Registration
from meetups.registrations.pairs import SamePerson, refuse_where_over
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.questions.questions import checked
from meetups.registrations.refusals import refuse_unless_open


class HasAPlaceAlready(DomainError):
    message = _(
        "You’re already registered in “%(slot)s”. To enter as a pair, cancel that first, then open this link again."
    )


def join_pair(
    *, invitation: PairInvitation, person: User, at: datetime, answers: Mapping[str, Any] | None = None
) -> Registration:
    """Makes `person` the second of a pair: one line of the manifest, drawn together or in the queue together (RULES 17).

    Both are told. A second time gives the same registration. Raises EventClosed, NotOpenYet, SamePerson, PairInvitationIsOver,
    NotInTheLottery, EntriesHaveClosed, RegistrationClosed, HasAPlaceAlready, AnswerMissing, AnswerNotOffered.
    """
    with seats_of(invitation.lead.event, at=at) as seats:
        invitation = PairInvitation.objects.select_related("lead__slot__lottery", "lead__attendee").get(
            pk=invitation.pk
        )
        lead = invitation.lead
        refuse_unless_open(seats.event, at)
        if lead.person_key == person.person_key:
            raise SamePerson
        mine = seats.registration_of(person)
        if mine and mine.lead_id == lead.pk and invitation.state == PairInvitation.State.ACCEPTED:
            return mine
        refuse_where_over(invitation, at=at)
        seats.refuse_before_opening(at)
        if mine:
            raise HasAPlaceAlready(slot=seats.slots[mine.slot_id].name)
        registration = seats.pairs.enter_with(lead, person, at=at, answers=checked(lead.slot, answers or {}))
        seats.pairs.end_invitation(invitation, PairInvitation.State.ACCEPTED, at=at, by=person)
        notify(
            kind="pair_accepted",
            recipient=lead.person,
            thread=seats.event.thread,
            subject=invitation.subject,
            cause=invitation.state,
            at=at,
        )
        return registration
