"""Steps on the programme; the caller holds the seat lock."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from meetups.accounts.models import User
from meetups.core.versions import version
from meetups.events.models import Event
from meetups.history.models import HistoryEntry, record
from meetups.notifications.models import Notification
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.refusals import refuse_what_is_over
from meetups.speakers.models import Break, Talk
from meetups.speakers.programme.items import Place, ProgrammeItem, has_moved, places
from meetups.speakers.programme.timetable import timetable

# Arranging takes more than one step. Speakers are told this long after the first step, with what holds then.
QUIET = timedelta(minutes=30)


def programme_to_arrange(event: Event, *, at: datetime) -> list[ProgrammeItem]:
    """The current programme. Raises EventClosed."""
    refuse_what_is_over(event, at)
    return timetable(event)


def put(lines: Sequence[Talk | Break]) -> None:
    """Numbers `lines` from 1 and saves those whose number changed."""
    changed: list[Talk | Break] = []
    for number, line in enumerate(lines, start=1):
        if line.position != number:
            line.position = number
            changed.append(line)
    Talk.objects.bulk_update([line for line in changed if isinstance(line, Talk)], ["position"])
    Break.objects.bulk_update([line for line in changed if isinstance(line, Break)], ["position"])


def make_room(talk: Talk, *, event: Event) -> None:
    """Gives a new talk its place on the programme, without saving the talk.

    The place is after the last talk, before the closing items. The first talk comes after the first line.
    """
    lines = [item.line for item in timetable(event)]
    talks = [number for number, line in enumerate(lines, start=1) if isinstance(line, Talk)]
    place = talks[-1] if talks else min(1, len(lines))
    put([*lines[:place], talk, *lines[place:]])


def settle(
    event: Event,
    before: list[ProgrammeItem],
    *,
    subject: str,
    verb: str,
    at: datetime,
    by: User | None,
    **details: Any,
) -> HistoryEntry:
    """Records a change of the programme, which was `before`, and tells the speakers of talks that moved (RULES 91)."""
    now = timetable(event)
    moved = _moved(event, before, now)
    # The event's calendar entry contains the programme, and its talks have entries of their own.
    event.raise_sequence(at)
    event.save(update_fields=["sequence", "sequence_since"])
    entry = record(thread=event.thread, subject=subject, verb=verb, at=at, by=by, moved=moved, **details)
    if moved and event.is_published and at < event.starts_at:
        moved_talks = [item.talk for item in now if item.talk and item.talk.subject in moved]
        _tell("talk_moved", event, moved_talks, entry.pk, at=at, but=by)
    return entry


def title_change(talk: Talk, title: str) -> dict[str, str]:
    """What history keeps of another title: the version of the old one, without its words. Empty where the title stays."""
    return {} if talk.title == title else {"retitled": version(talk.title)}


def tell_new_title(event: Event, talk: Talk, entry: HistoryEntry, *, at: datetime) -> None:
    """Sends the entry with the new title to all speakers of a talk on the programme, also to who renamed it: the mail is for their
    calendars (RULES 243). `entry` has the version of the old title.
    """
    if event.is_published and at < event.starts_at:
        _tell("talk_renamed", event, list(Talk.objects.with_speakers().filter(pk=talk.pk)), entry.pk, at=at)


def close_gap(event: Event, before: list[ProgrammeItem], *, at: datetime, by: User | None) -> None:
    """Records that a talk has left the programme, which was `before`, and tells the speakers who begin earlier because of it."""
    if _moved(event, before, timetable(event)):
        settle(event, before, subject=f"programme:{event.pk}", verb="close_gap", at=at, by=by)


def _moved(event: Event, before: list[ProgrammeItem], now: list[ProgrammeItem]) -> dict[str, Place]:
    """The talks that have moved, by subject, each with its old place."""
    new = places(event, now)
    return {name: old for name, old in places(event, before).items() if name in new and has_moved(old, new[name])}


def _tell(kind: str, event: Event, talks: list[Talk], cause: int, *, at: datetime, but: User | None = None) -> None:
    """Sends one message to each speaker except `but`.

    A speaker whose message still waits gets no second one: the waiting message will say what holds then.
    """
    subjects = [talk.subject for talk in talks]
    waiting = Notification.objects.waiting().filter(kind=kind, thread=event.thread, subject__in=subjects)
    told = set(waiting.values_list("recipient_id", "subject"))
    notify_all(
        notification(
            kind=kind,
            recipient_id=person.pk,
            thread=event.thread,
            subject=talk.subject,
            cause=cause,
            at=at,
            due_at=at + QUIET,
            not_after=event.starts_at,
        )
        for talk in talks
        for person in talk.speakers
        if person != but and (person.pk, talk.subject) not in told
    )
