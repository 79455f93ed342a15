"""An organizer decides about proposals, and no one is told yet."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.history.models import record
from meetups.registrations.refusals import EventClosed
from meetups.speakers.deadlines import refuse_what_is_not_ahead
from meetups.speakers.models import Talk
from meetups.speakers.talk_states import lock_proposal


def stage_decision(
    *,
    talk: Talk,
    decision: str,
    reply: str | None = None,
    confirm_by: datetime | None = None,
    at: datetime,
    by: User,
) -> Talk:
    """Saves a Talk.Decision, or takes it back if `decision` is empty. `reply` is the note to the speaker; None leaves it. `confirm_by`
    is the deadline of an accepted talk; None leaves it to the call (RULES 244).

    Its speaker does not learn of it before `release_decisions`. The same decision again changes nothing. Raises EventClosed,
    TalkHasMovedOn, DeadlineIsNotAhead.
    """
    with transaction.atomic(durable=True):
        talk = lock_proposal(talk, at)
        refuse_what_is_not_ahead(confirm_by, talk.event, at)
        _stage(talk, decision, reply, confirm_by, at=at, by=by)
        return talk


def stage_decisions(
    *,
    event: Event,
    talks: Mapping[int, str | None],
    decision: Talk.Decision,
    deadlines: Mapping[int, datetime | None] | None = None,
    at: datetime,
    by: User,
) -> tuple[list[Talk], list[Talk]]:
    """Decides alike about several proposals. `talks` has the note to each speaker by primary key; None leaves the note.
    `deadlines` are theirs to confirm.

    Returns the proposals with that decision, and the talks that are no proposals any longer. Raises EventClosed,
    DeadlineIsNotAhead.
    """
    with transaction.atomic(durable=True):
        found = Talk.objects.select_for_update(of=("self",), no_key=True).select_related("event", "speaker")
        chosen = list(found.filter(event=event, pk__in=talks).order_by("pk"))
        if chosen and not chosen[0].event.is_open(at):
            raise EventClosed
        proposals = [talk for talk in chosen if talk.state == Talk.State.PROPOSED]
        until = deadlines or {}
        for talk in proposals:
            refuse_what_is_not_ahead(until.get(talk.pk), talk.event, at)
            _stage(talk, decision, talks[talk.pk], until.get(talk.pk), at=at, by=by)
        return proposals, [talk for talk in chosen if talk.state != Talk.State.PROPOSED]


def _stage(
    talk: Talk, decision: str, reply: str | None, confirm_by: datetime | None, *, at: datetime, by: User
) -> None:
    confirm_by = confirm_by if decision == Talk.Decision.ACCEPT else None
    if decision and confirm_by != talk.confirm_by:
        talk.confirm_by = confirm_by
        talk.save(update_fields=["confirm_by"])
    if reply is not None and reply != talk.reply:
        talk.reply = reply
        talk.save(update_fields=["reply"])
    if talk.staged != decision:
        talk.staged = decision
        talk.save(update_fields=["staged"])
        record(thread=talk.event.thread, subject=talk.subject, verb="stage_decision", at=at, by=by, decision=decision)
