"""A person offers a talk for an event."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.history.models import record
from meetups.notifications.notify import notify
from meetups.registrations.refusals import refuse_unless_ahead
from meetups.speakers.models import Call, Talk
from meetups.speakers.proposal_rules import OPEN_PROPOSALS, CallIsClosed, TooManyProposals, the_same
from meetups.speakers.talk_states import tell_organizers


def propose_talk(*, event: Event, speaker: User, title: str, abstract: str, minutes: int, at: datetime) -> Talk:
    """Adds the proposal, tells the organizers, and sends its speaker a receipt. An event without a call takes proposals until it starts (RULES 80).
    With the words of one that waits it is that one.

    Raises EventClosed, CallIsClosed, TooManyProposals.
    """
    with transaction.atomic(durable=True):
        event = Event.objects.select_for_update(of=("self",), no_key=True).select_related("community").get(pk=event.pk)
        refuse_unless_ahead(event, at)
        call = Call.objects.filter(event=event).first()
        if call and not call.is_open(at):
            raise CallIsClosed
        waiting = list(Talk.objects.filter(event=event, speaker=speaker, state=Talk.State.PROPOSED))
        if same := the_same(waiting, title=title, abstract=abstract, minutes=minutes):
            return same
        if len(waiting) >= OPEN_PROPOSALS:
            raise TooManyProposals
        talk = Talk.objects.create(
            event=event, speaker=speaker, title=title, abstract=abstract, minutes=minutes, proposed_at=at
        )
        entry = record(
            thread=event.thread, subject=talk.subject, verb="propose_talk", at=at, by=speaker, to_state=talk.state
        )
        tell_organizers("talk_proposed", talk, event=event, cause=entry.pk, at=at, but=speaker)
        notify(
            kind="talk_received",
            recipient=speaker,
            thread=event.thread,
            subject=talk.subject,
            cause=entry.pk,
            at=at,
        )
        return talk
