"""An organizer decides about a proposal, and no one is told yet."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.registrations.refusals import EventClosed
from meetups.speakers.models import Talk
from meetups.speakers.talk_states import TalkHasMovedOn


def stage_decision(*, talk: Talk, decision: str, at: datetime, by: User) -> Talk:
    """Saves a Talk.Decision, or takes it back if `decision` is empty.

    Its speaker does not learn of it before `release_decisions`. The same decision again changes nothing. Raises EventClosed,
    TalkHasMovedOn.
    """
    with transaction.atomic(durable=True):
        found = Talk.objects.select_for_update(of=("self",), no_key=True).select_related("event", "speaker")
        talk = found.get(pk=talk.pk)
        if not talk.event.is_open(at):
            raise EventClosed
        if talk.state != Talk.State.PROPOSED:
            raise TalkHasMovedOn(title=talk.title, state=talk.get_state_display())
        if talk.staged == decision:
            return talk
        talk.staged = decision
        talk.save(update_fields=["staged"])
        record(thread=talk.event.thread, subject=talk.subject, verb="stage_decision", at=at, by=by, decision=decision)
        return talk
