"""An invited speaker says yes and names the talk."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.history.models import record, record_end
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import refuse_unless_ahead
from meetups.speakers.confirmation import confirm
from meetups.speakers.models import SpeakerInvitation, Talk


class SpeakerInvitationIsOver(DomainError):
    message = _("This invitation was already answered or withdrawn. Ask the organizers for a new one.")


def accept_speaker_invitation(
    *, invitation: SpeakerInvitation, title: str, abstract: str, speaker_slot_name: str, at: datetime, by: User
) -> Talk:
    """Makes a talk of `by` that is accepted and confirmed in one step; organizers are told. Its seat is never refused (RULES 20).

    The link is for one person: the first reply counts (RULES 83). A second call by the same person returns the same talk. Raises
    EventClosed once the event has begun, SpeakerInvitationIsOver, and AlreadyRegistered where another account of the same mailbox
    has a place.
    """
    with seats_of(invitation.event, at=at) as seats:
        event = seats.event
        found = SpeakerInvitation.objects.select_for_update(of=("self",), no_key=True).select_related("talk")
        invitation = found.get(pk=invitation.pk)
        if invitation.talk and invitation.talk.speaker_id == by.pk:
            return invitation.talk
        if invitation.state != SpeakerInvitation.State.OPEN:
            raise SpeakerInvitationIsOver
        refuse_unless_ahead(event, at)
        talk = Talk.objects.create(
            event=event,
            speaker=by,
            title=title,
            abstract=abstract,
            minutes=invitation.minutes,
            state=Talk.State.ACCEPTED,
            proposed_at=at,
            accepted_at=at,
        )
        invitation.talk = talk
        record_end(
            invitation,
            SpeakerInvitation.State.ACCEPTED,
            "talk",
            thread=event.thread,
            verb="accept_speaker_invitation",
            at=at,
            by=by,
        )
        record(
            thread=event.thread,
            subject=talk.subject,
            verb="begin_talk",
            at=at,
            by=by,
            to_state=talk.state,
        )
        confirm(seats, talk, speaker_slot_name=speaker_slot_name, at=at, by=by)
        return talk
