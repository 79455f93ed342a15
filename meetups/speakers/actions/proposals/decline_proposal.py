"""An organizer declines a talk that was offered to the community."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.history.models import record_end
from meetups.notifications.notify import notify
from meetups.speakers.community_proposals import waiting_proposal
from meetups.speakers.models import Proposal


def decline_proposal(*, proposal: Proposal, at: datetime, by: User) -> None:
    """Tells the speaker. Raises ProposalHasMovedOn."""
    with transaction.atomic(durable=True):
        proposal = waiting_proposal(proposal)
        entry = record_end(
            proposal, Proposal.State.DECLINED, thread=proposal.community.thread, verb="decline_proposal", at=at, by=by
        )
        notify(
            kind="proposal_declined",
            recipient=proposal.speaker,
            thread=proposal.community.thread,
            subject=proposal.subject,
            cause=entry.pk,
            at=at,
        )
