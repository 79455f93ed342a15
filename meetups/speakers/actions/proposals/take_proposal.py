"""An organizer takes a talk that was offered to the community into an event."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.history.models import record, record_end
from meetups.notifications.notify import notify
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import EventClosed
from meetups.speakers.community_proposals import waiting_proposal
from meetups.speakers.models import Proposal, Talk


def take_proposal(*, proposal: Proposal, event: Event, at: datetime, by: User) -> Talk:
    """Makes an accepted talk at `event` and asks the speaker to confirm.

    The event belongs to the same community, is published and has not begun. Raises EventClosed, ProposalHasMovedOn.
    """
    with seats_of(event, at=at) as seats:
        event = seats.event
        if not event.is_published or event.starts_at <= at or event.community_id != proposal.community_id:
            raise EventClosed
        proposal = waiting_proposal(proposal)
        talk = Talk.objects.create(
            event=event,
            speaker=proposal.speaker,
            title=proposal.title,
            abstract=proposal.abstract,
            minutes=proposal.minutes,
            state=Talk.State.ACCEPTED,
            proposed_at=proposal.proposed_at,
            accepted_at=at,
        )
        proposal.talk = talk
        record_end(
            proposal, Proposal.State.TAKEN, "talk", thread=proposal.community.thread, verb="take_proposal", at=at, by=by
        )
        entry = record(thread=event.thread, subject=talk.subject, verb="accept_talk", at=at, by=by, to_state=talk.state)
        notify(
            kind="talk_accepted",
            recipient=proposal.speaker,
            thread=event.thread,
            subject=talk.subject,
            cause=entry.pk,
            at=at,
        )
        return talk
