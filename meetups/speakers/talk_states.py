"""Steps on talks; the caller holds the seat lock."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.history.models import HistoryEntry, record
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.pen.seats import Seats
from meetups.speakers.co_speakers import end_co_speakings, unseat_co_speakers
from meetups.speakers.models import CoSpeaker, Talk
from meetups.speakers.programme_steps import close_gap
from meetups.speakers.timetable import timetable


class TalkHasMovedOn(DomainError):
    message = _("The state of “%(title)s” has changed to “%(state)s”. Reload the page to see what can be done now.")


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
    talk.save(update_fields=["state", "position", "accepted_at", "confirmed_at", "staged"])
    if Talk.State.CONFIRMED in (before, state):
        # The event's calendar entry contains the programme, which gains or loses the talk.
        event.raise_sequence(at)
        event.save(update_fields=["sequence", "sequence_since"])
    return record(
        thread=event.thread, subject=talk.subject, verb=verb, at=at, by=by, from_state=before, to_state=talk.state
    )


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


def end_talk(seats: Seats, talk: Talk, *, at: datetime, by: User | None, leaving: bool = False) -> None:
    """Withdraws a talk; organizers are told.

    Its seats fall back (RULES 21). With `leaving` the speaker's seat itself is about to go.
    """
    before = timetable(seats.event)
    entry = move_talk(talk, Talk.State.WITHDRAWN, event=seats.event, verb="withdraw_talk", at=at, by=by)
    if leaving:
        seats.holds.drop(talk.subject, at=at)
    else:
        seats.holds.end(talk.subject, at=at, by=by, verb="withdraw_talk", tell="talk_ended")
    unseat_co_speakers(seats, talk, entry=entry, at=at, by=by)
    close_gap(seats.event, before, at=at, by=by)
    tell_organizers("talk_withdrawn", talk, event=seats.event, cause=entry.pk, at=at, but=by)


def end_talks(seats: Seats, person: User, *, at: datetime, by: User | None) -> list[Talk | CoSpeaker]:
    """Withdraws all talks of `person`, who leaves the event, and ends their part in talks of others. Returns what ended."""
    talks = list(
        Talk.objects.filter(event_id=seats.event.pk, speaker=person)
        .exclude(state__in=[Talk.State.REJECTED, Talk.State.WITHDRAWN])
        .select_related("speaker")
        .order_by("pk")
    )
    for talk in talks:
        end_talk(seats, talk, at=at, by=by, leaving=True)
    return [*talks, *end_co_speakings(seats, person, at=at, by=by)]
