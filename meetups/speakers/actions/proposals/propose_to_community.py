"""A person offers a talk to a community, for any event that it fits."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.history.models import record
from meetups.notifications.notify import notify
from meetups.speakers.models import Call, Proposal
from meetups.speakers.proposal_rules import OPEN_PROPOSALS, CallIsClosed, TooManyProposals, the_same
from meetups.speakers.talk_states import tell_deciders


def propose_to_community(
    *, community: Community, speaker: User, title: str, abstract: str, minutes: int, at: datetime
) -> Proposal:
    """Adds the proposal, tells the organizers, and sends its speaker a receipt. The standing call of the community must be open.
    With the words of one that waits it is that one.

    Raises CallIsClosed, TooManyProposals.
    """
    with transaction.atomic(durable=True):
        community = Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        call = Call.objects.filter(community=community, event=None).first()
        if call is None or not call.is_open(at):
            raise CallIsClosed
        waiting = list(community.proposals.waiting().filter(speaker=speaker))
        if same := the_same(waiting, title=title, abstract=abstract, minutes=minutes):
            return same
        if len(waiting) >= OPEN_PROPOSALS:
            raise TooManyProposals
        proposal = Proposal.objects.create(
            community=community, speaker=speaker, title=title, abstract=abstract, minutes=minutes, proposed_at=at
        )
        entry = record(
            thread=community.thread,
            subject=proposal.subject,
            verb="propose_to_community",
            at=at,
            by=speaker,
            to_state=proposal.state,
        )
        tell_deciders(
            "proposal_received",
            community.pk,
            thread=community.thread,
            subject=proposal.subject,
            cause=entry.pk,
            at=at,
            but=speaker,
        )
        notify(
            kind="proposal_sent",
            recipient=speaker,
            thread=community.thread,
            subject=proposal.subject,
            cause=entry.pk,
            at=at,
        )
        return proposal
