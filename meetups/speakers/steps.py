"""Steps on talks. What calls them holds the seat lock."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import Permission, roles_with
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.history.models import HistoryEntry, record
from meetups.notifications.notify import notification, notify, notify_all
from meetups.registrations.refusals import EventClosed
from meetups.registrations.seats import Seats
from meetups.speakers.models import Talk


class TalkHasMovedOn(DomainError):
    message = _("“%(title)s” has moved on: it is %(state)s. Reload the page to see what can be done now.")


def move_talk(talk: Talk, state: Talk.State, *, event: Event, verb: str, at: datetime, by: User | None) -> HistoryEntry:
    """One step of a talk, with its history. Raises TalkHasMovedOn where the table does not have the step."""
    before = talk.state
    if state not in Talk.TRANSITIONS[before]:
        raise TalkHasMovedOn(title=talk.title, state=talk.get_state_display())
    talk.state = state
    # What was decided and not told yet is told by this step, or has lost its object.
    talk.staged = ""
    if state == Talk.State.ACCEPTED:
        talk.accepted_at = at
    if state == Talk.State.CONFIRMED:
        talk.confirmed_at = at
    talk.save(update_fields=["state", "position", "accepted_at", "confirmed_at", "staged"])
    return record(
        thread=event.thread, subject=talk.subject, verb=verb, at=at, by=by, from_state=before, to_state=talk.state
    )


def answer_proposal(
    seats: Seats, talk: Talk, state: Talk.State, *, verb: str, tell: str, at: datetime, by: User
) -> Talk:
    """Accepts or rejects a proposal; the speaker is told. Raises EventClosed, TalkHasMovedOn."""
    if not seats.event.is_open(at):
        raise EventClosed
    talk = Talk.objects.select_related("speaker").get(pk=talk.pk)
    entry = move_talk(talk, state, event=seats.event, verb=verb, at=at, by=by)
    notify(kind=tell, recipient=talk.speaker, thread=seats.event.thread, subject=talk.subject, cause=entry.pk, at=at)
    return talk


def tell_organizers(kind: str, talk: Talk, *, event: Event, cause: int, at: datetime, but: User | None = None) -> None:
    """One message to everyone who decides about talks in the community, except `but`."""
    organizers = Membership.objects.filter(
        community_id=event.community_id, role__in=roles_with(Permission.DECIDE_TALKS)
    )
    if but:
        organizers = organizers.exclude(person=but)
    notify_all(
        notification(
            kind=kind, recipient_id=organizer.person_id, thread=event.thread, subject=talk.subject, cause=cause, at=at
        )
        for organizer in organizers
    )


def end_talk(seats: Seats, talk: Talk, *, at: datetime, by: User | None, leaving: bool = False) -> None:
    """Withdraws a talk; organizers are told. The seat that it held falls back (RULES 21); with `leaving` it is about to go itself."""
    entry = move_talk(talk, Talk.State.WITHDRAWN, event=seats.event, verb="withdraw_talk", at=at, by=by)
    if leaving:
        seats.drop_hold(talk.subject, at=at)
    else:
        seats.end_hold(talk.subject, at=at, by=by, verb="withdraw_talk", tell="talk_ended")
    tell_organizers("talk_withdrawn", talk, event=seats.event, cause=entry.pk, at=at, but=by)


def end_talks(seats: Seats, person: User, *, at: datetime, by: User | None) -> list[Talk]:
    """Withdraws all talks of `person`, who leaves the event. Returns them."""
    talks = list(
        Talk.objects.filter(event_id=seats.event.pk, speaker=person)
        .exclude(state__in=[Talk.State.REJECTED, Talk.State.WITHDRAWN])
        .select_related("speaker")
        .order_by("pk")
    )
    for talk in talks:
        end_talk(seats, talk, at=at, by=by, leaving=True)
    return talks
