"""Steps on invitations to speak."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.history.models import HistoryEntry, record
from meetups.speakers.models import SpeakerInvitation


def end_invitation(
    invitation: SpeakerInvitation,
    state: SpeakerInvitation.State,
    *,
    event: Event,
    verb: str,
    at: datetime,
    by: User | None,
) -> HistoryEntry:
    """Ends an open invitation: it is answered or withdrawn."""
    before, invitation.state, invitation.ended_at = invitation.state, state, at
    invitation.save(update_fields=["state", "ended_at", "talk", "word"])
    return record(
        thread=event.thread, subject=invitation.subject, verb=verb, at=at, by=by, from_state=before, to_state=state
    )
