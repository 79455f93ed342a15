"""Pairs in a lottery: who may form one, and who belongs together (RULES 17). Reads only; writes nothing."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError
from meetups.registrations.models import PairInvitation, Registration
from meetups.registrations.refusals import RegistrationClosed

State = Registration.State


class NotInTheLottery(DomainError):
    message = _("You can enter as a pair while entries are open and the person who invites is in the lottery.")


class EntriesHaveClosed(DomainError):
    message = _("Entries have closed, so you can’t join as a pair.")


class PairInvitationIsOver(DomainError):
    """The invitation was used by someone else, declined, or withdrawn."""

    message = _("This link was used, declined or withdrawn. Ask the person who sent it for a new one.")


class SamePerson(DomainError):
    message = _("This is your own link, and a pair needs two people. Send it to the person coming with you.")


def can_invite(registration: Registration, *, at: datetime) -> bool:
    """Whether the person may invite a partner to the lottery. `registration` comes with its slot and lottery. No query."""
    slot = registration.slot
    lottery = slot.draws_from
    return (
        slot.takes_pairs
        and registration.state == State.APPLIED
        and registration.lead_id is None
        and lottery is not None
        and lottery.takes_entries(at)
    )


def partner_of(registration: Registration) -> Registration | None:
    """The other registration of a pair, with the account. One query at most."""
    if registration.lead_id:
        return Registration.objects.select_related("attendee").get(pk=registration.lead_id)
    return Registration.objects.select_related("attendee").filter(lead=registration).first()


def open_invitation(registration: Registration) -> PairInvitation | None:
    """The invitation of `registration` that is still without an answer."""
    return PairInvitation.objects.filter(lead=registration, state=PairInvitation.State.OPEN).first()


def refuse_where_over(invitation: PairInvitation, *, at: datetime) -> None:
    """Raises PairInvitationIsOver, EntriesHaveClosed, NotInTheLottery or RegistrationClosed where no one can answer.

    `invitation` comes with lead, slot and lottery.
    """
    lead = invitation.lead
    lottery = lead.slot.draws_from
    if invitation.state != PairInvitation.State.OPEN:
        raise PairInvitationIsOver
    if lottery is None or lead.state != State.APPLIED or not lead.slot.takes_pairs:
        raise NotInTheLottery
    if not lottery.takes_entries(at):
        raise EntriesHaveClosed
    if lead.slot.closes_at <= at:
        raise RegistrationClosed
