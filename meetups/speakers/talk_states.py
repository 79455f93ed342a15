"""Steps on talks; the caller holds the seat lock."""

from dataclasses import astuple, dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.core.versions import version, version_of
from meetups.events.models import Event
from meetups.events.rehearsals import leave_rehearsal
from meetups.history.models import HistoryEntry, record
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.pen.seats import Seats
from meetups.registrations.refusals import refuse_unless_ahead, refuse_unless_open
from meetups.speakers.co_speakers import end_co_speakings, take_out_of_calendar, unseat_co_speakers
from meetups.speakers.models import CoSpeaker, Readiness, Talk
from meetups.speakers.programme.items import places
from meetups.speakers.programme.steps import close_gap
from meetups.speakers.programme.timetable import timetable


class TalkHasMovedOn(DomainError):
    message = _("The state of “%(title)s” has changed to “%(state)s”. Reload the page to see what can be done now.")


def refuse_unless_in(talk: Talk, *states: Talk.State) -> None:
    """Raises TalkHasMovedOn unless the talk is in one of `states`."""
    if talk.state not in states:
        raise TalkHasMovedOn(title=talk.title, state=talk.get_state_display())


def lock_talk(talk: Talk) -> Talk:
    """The talk as it stands, locked, with its event and speaker."""
    found = Talk.objects.select_for_update(of=("self",), no_key=True).select_related("event", "speaker")
    return found.get(pk=talk.pk)


def lock_proposal(talk: Talk, at: datetime) -> Talk:
    """`lock_talk`, for a talk under review. Raises EventClosed, TalkHasMovedOn."""
    talk = lock_talk(talk)
    refuse_unless_open(talk.event, at)
    refuse_unless_in(talk, Talk.State.PROPOSED)
    return talk


def lock_accepted_talk(talk: Talk, at: datetime) -> Talk:
    """`lock_talk`, for a talk whose speaker has not confirmed yet. Raises EventClosed once the event has begun, TalkHasMovedOn."""
    talk = lock_talk(talk)
    refuse_unless_ahead(talk.event, at)
    refuse_unless_in(talk, Talk.State.ACCEPTED)
    return talk


def move_talk(talk: Talk, state: Talk.State, *, event: Event, verb: str, at: datetime, by: User | None) -> HistoryEntry:
    """Takes one step of a talk and records it. Raises TalkHasMovedOn where the transition table does not have the step."""
    before = talk.state
    if state not in Talk.TRANSITIONS[before]:
        raise TalkHasMovedOn(title=talk.title, state=talk.get_state_display())
    talk.state = state
    # This step announces the staged decision, or makes it meaningless.
    talk.staged = ""
    if state == Talk.State.ACCEPTED:
        talk.accepted_at = at
    if state == Talk.State.CONFIRMED:
        talk.confirmed_at = at
        talk.left_programme_at = talk.left_programme_minute = None
    talk.save(
        update_fields=[
            "state",
            "position",
            "accepted_at",
            "confirmed_at",
            "left_programme_at",
            "left_programme_minute",
            "staged",
        ]
    )
    if Talk.State.CONFIRMED in (before, state):
        # The event's calendar entry contains the programme, which gains or loses the talk.
        event.raise_sequence(at)
        event.save(update_fields=["sequence", "sequence_since"])
    return record(
        thread=event.thread, subject=talk.subject, verb=verb, at=at, by=by, from_state=before, to_state=talk.state
    )


def reply_version(talk: Talk) -> str:
    """The version of note and deadline: what a form was filled from, and what the preview of a mail showed."""
    return version_of(talk, ["reply", "confirm_by"])


@dataclass(frozen=True)
class TalkByHand:
    """What organizers write about a talk whose speaker has no account."""

    name: str
    title: str
    abstract: str
    minutes: int
    bio: str


def by_hand_of(talk: Talk) -> TalkByHand:
    """What is written about a talk that organizers entered."""
    known = Readiness.objects.filter(talk=talk).first()
    return TalkByHand(talk.speaker.name, talk.title, talk.abstract, talk.minutes, known.bio if known else "")


def by_hand_version(talk: Talk) -> str:
    """The version of what a form about such a talk was filled from."""
    return version(*astuple(by_hand_of(talk)))


def tell_organizers(kind: str, talk: Talk, *, event: Event, cause: int, at: datetime, but: User | None = None) -> None:
    """Sends one message about `talk` to everyone who decides about talks in the community, except `but`."""
    tell_deciders(kind, event.community_id, thread=event.thread, subject=talk.subject, cause=cause, at=at, but=but)


def tell_deciders(
    kind: str, community_id: int, *, thread: str, subject: str, cause: int, at: datetime, but: User | None = None
) -> None:
    """Sends one message about `subject` to everyone who decides about talks in the community, except `but`."""
    organizers = Membership.objects.who_may(Permission.DECIDE_TALKS, community_id)
    if but:
        organizers = organizers.exclude(person=but)
    notify_all(
        notification(kind=kind, recipient_id=organizer.person_id, thread=thread, subject=subject, cause=cause, at=at)
        for organizer in organizers.order_by("pk")
    )


def withdraw(seats: Seats, talk: Talk, *, at: datetime, by: User | None, leaving: bool = False) -> None:
    """Withdraws a talk; organizers are told. With `leaving` the speaker's seat itself is about to go."""
    entry = end_talk(seats, talk, state=Talk.State.WITHDRAWN, verb="withdraw_talk", at=at, by=by, leaving=leaving)
    tell_organizers("talk_withdrawn", talk, event=seats.event, cause=entry.pk, at=at, but=by)


def end_talk(
    seats: Seats,
    talk: Talk,
    *,
    state: Talk.State,
    verb: str,
    at: datetime,
    by: User | None,
    leaving: bool = False,
) -> HistoryEntry:
    """Ends a talk, which takes its last step to `state`. Its seats fall back (RULES 21), and the programme closes the gap."""
    before = timetable(seats.event)
    if place := places(seats.event, before).get(talk.subject):
        talk.left_programme_at, talk.left_programme_minute = at, place[0]
    was_coming = talk.state in (Talk.State.ACCEPTED, Talk.State.CONFIRMED)
    entry = move_talk(talk, state, event=seats.event, verb=verb, at=at, by=by)
    if leaving:
        seats.holds.drop(talk.subject, at=at)
        take_out_of_calendar(talk, talk.speaker, event=seats.event, cause=entry.pk, at=at)
    else:
        seats.holds.end(talk.subject, at=at, by=by, verb=verb, tell="talk_ended")
    unseat_co_speakers(seats, talk, entry=entry, at=at, by=by)
    if was_coming:
        _leave_rehearsal(seats, talk, entry, at)
    close_gap(seats.event, before, at=at, by=by)
    return entry


def _leave_rehearsal(seats: Seats, talk: Talk, entry: HistoryEntry, at: datetime) -> None:
    """Its speakers no longer belong to the rehearsal because of this talk (RULES 87)."""
    joined = CoSpeaker.objects.active().filter(talk=talk).select_related("person").order_by("pk")
    for person in [talk.speaker, *(one.person for one in joined)]:
        if person:
            leave_rehearsal(seats.event, person, cause=entry.pk, at=at)


def end_talks(seats: Seats, person: User, *, at: datetime, by: User | None) -> list[Talk | CoSpeaker]:
    """Withdraws all talks of `person`, who leaves the event, and ends their part in talks of others. Returns what ended."""
    talks = list(
        Talk.objects.filter(event_id=seats.event.pk, speaker=person)
        .exclude(state__in=[Talk.State.REJECTED, Talk.State.WITHDRAWN])
        .select_related("speaker")
        .order_by("pk")
    )
    for talk in talks:
        withdraw(seats, talk, at=at, by=by, leaving=True)
    return [*talks, *end_co_speakings(seats, person, at=at, by=by)]
