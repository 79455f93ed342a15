"""An organizer announces the decisions about proposals, all at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.events.rehearsals import join_rehearsal
from meetups.notifications.notify import notify
from meetups.registrations.pen.seats import Seats, seats_of
from meetups.registrations.refusals import refuse_unless_open
from meetups.speakers.deadlines import deadline_of
from meetups.speakers.models import Call, CoSpeaker, Talk
from meetups.speakers.talk_states import move_talk, reply_version


@dataclass(frozen=True)
class ReleasedDecisions:
    """The decisions that were announced.

    `left_out` are talks that were withdrawn, rewritten or decided otherwise since the organizer looked.
    """

    accepted: list[Talk] = field(default_factory=list)
    rejected: list[Talk] = field(default_factory=list)
    left_out: list[Talk] = field(default_factory=list)


# State, verb and message of each decision.
OUTCOMES = {
    Talk.Decision.ACCEPT: (Talk.State.ACCEPTED, "accept_talk", "talk_accepted"),
    Talk.Decision.REJECT: (Talk.State.REJECTED, "reject_talk", "talk_rejected"),
}


def release_decisions(
    *, event: Event, decisions: Mapping[int, str], replies: Mapping[int, str] | None = None, at: datetime, by: User
) -> ReleasedDecisions:
    """Announces `decisions`, by the primary key of each talk, where they match the staged ones. Each speaker gets one message.

    `replies` are the versions of the notes and deadlines that the organizer has read. A talk with another one, or another decision, by now is left out: no one is told a decision that the organizer has not seen (RULES 81).
    A speaker who was told before is not told again. Raises EventClosed.
    """
    with seats_of(event, at=at) as seats:
        refuse_unless_open(seats.event, at)
        released = ReleasedDecisions()
        call = Call.objects.filter(event_id=event.pk).first()
        found = Talk.objects.filter(event_id=event.pk, pk__in=decisions).select_related("speaker")
        for talk in found.select_for_update(of=("self",), no_key=True).order_by("pk"):
            decided = Talk.Decision(decisions[talk.pk])
            if talk.state == OUTCOMES[decided][0]:
                continue
            read = (replies or {}).get(talk.pk, reply_version(talk))
            if talk.state != Talk.State.PROPOSED or talk.staged != decided or read != reply_version(talk):
                released.left_out.append(talk)
                continue
            _carry_out(seats, talk, call, at=at, by=by)
            (released.accepted if talk.state == Talk.State.ACCEPTED else released.rejected).append(talk)
        return released


def _carry_out(seats: Seats, talk: Talk, call: Call | None, *, at: datetime, by: User) -> None:
    state, verb, kind = OUTCOMES[Talk.Decision(talk.staged)]
    if state == Talk.State.ACCEPTED:
        talk.confirm_by = deadline_of(talk, call, seats.event, at)
        talk.save(update_fields=["confirm_by"])
    entry = move_talk(talk, state, event=seats.event, verb=verb, at=at, by=by)
    notify(kind=kind, recipient=talk.speaker, thread=seats.event.thread, subject=talk.subject, cause=entry.pk, at=at)
    if state == Talk.State.ACCEPTED:
        # The speaker's mail has the rehearsal in it. A talk that was looked at once more has its co-speakers already.
        for co_speaker in CoSpeaker.objects.active().filter(talk=talk).select_related("person").order_by("pk"):
            if co_speaker.person:
                join_rehearsal(seats.event, co_speaker.person, cause=entry.pk, at=at)
