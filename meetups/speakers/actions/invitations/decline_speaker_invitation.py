"""An invited speaker says no."""

from datetime import datetime

from django.db import transaction

from meetups.history.models import record_end
from meetups.speakers.models import SpeakerInvitation
from meetups.speakers.talk_states import tell_deciders


def decline_speaker_invitation(*, invitation: SpeakerInvitation, word: str, at: datetime) -> None:
    """Tells organizers, with `word`, a message to them that may be empty. If the invitation is no longer open, nothing changes.

    The link alone is enough: no one has to sign in to say no.
    """
    with transaction.atomic(durable=True):
        found = SpeakerInvitation.objects.select_for_update(of=("self",), no_key=True).select_related("event")
        invitation = found.get(pk=invitation.pk)
        if invitation.state != SpeakerInvitation.State.OPEN:
            return
        invitation.word = word
        entry = record_end(
            invitation,
            SpeakerInvitation.State.DECLINED,
            "word",
            thread=invitation.event.thread,
            verb="decline_speaker_invitation",
            at=at,
            by=None,
        )
        event = invitation.event
        tell_deciders(
            "speaker_declined",
            event.community_id,
            thread=event.thread,
            subject=invitation.subject,
            cause=entry.pk,
            at=at,
        )
