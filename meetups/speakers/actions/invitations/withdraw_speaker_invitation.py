"""An organizer withdraws an invitation to speak."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.history.models import record_end
from meetups.speakers.models import SpeakerInvitation


class InvitationWasAnswered(DomainError):
    message = _("%(name)s has already replied.")


def withdraw_speaker_invitation(*, invitation: SpeakerInvitation, at: datetime, by: User) -> None:
    """Makes the link stop working; a mail that has not left yet is not sent. A second call changes nothing.

    Raises InvitationWasAnswered.
    """
    with transaction.atomic(durable=True):
        found = SpeakerInvitation.objects.select_for_update(of=("self",), no_key=True).select_related("event")
        invitation = found.get(pk=invitation.pk)
        if invitation.state == SpeakerInvitation.State.WITHDRAWN:
            return
        if invitation.state != SpeakerInvitation.State.OPEN:
            raise InvitationWasAnswered(name=invitation.name)
        record_end(
            invitation,
            SpeakerInvitation.State.WITHDRAWN,
            thread=invitation.event.thread,
            verb="withdraw_speaker_invitation",
            at=at,
            by=by,
        )
