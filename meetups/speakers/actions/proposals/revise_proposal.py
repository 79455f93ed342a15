"""A speaker rewrites a proposal to a community."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.speakers.community_proposals import waiting_proposal
from meetups.speakers.models import Proposal


def revise_proposal(*, proposal: Proposal, title: str, abstract: str, minutes: int, at: datetime, by: User) -> Proposal:
    """Changes title, abstract or length, as long as no one has answered. The same values again change nothing.

    Raises ProposalHasMovedOn.
    """
    words = {"title": title, "abstract": abstract, "minutes": minutes}
    with transaction.atomic(durable=True):
        proposal = waiting_proposal(proposal)
        changed = [name for name, value in words.items() if getattr(proposal, name) != value]
        if not changed:
            return proposal
        for name in changed:
            setattr(proposal, name, words[name])
        proposal.save(update_fields=changed)
        record(
            thread=proposal.community.thread,
            subject=proposal.subject,
            verb="revise_proposal",
            at=at,
            by=by,
            fields=changed,
        )
        return proposal
