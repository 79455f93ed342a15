"""A speaker withdraws a proposal to a community."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.history.models import record_end
from meetups.speakers.community_proposals import waiting_proposal
from meetups.speakers.models import Proposal
from meetups.speakers.talk_states import tell_deciders


def withdraw_proposal(*, proposal: Proposal, at: datetime, by: User) -> None:
    """Tells organizers. Raises ProposalHasMovedOn where the proposal was answered or withdrawn before."""
    with transaction.atomic(durable=True):
        proposal = waiting_proposal(proposal)
        entry = record_end(
            proposal, Proposal.State.WITHDRAWN, thread=proposal.community.thread, verb="withdraw_proposal", at=at, by=by
        )
        tell_deciders(
            "proposal_withdrawn",
            proposal.community_id,
            thread=proposal.community.thread,
            subject=proposal.subject,
            cause=entry.pk,
            at=at,
            but=by,
        )
