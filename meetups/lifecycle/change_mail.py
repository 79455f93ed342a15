"""Whom a change of an event is told, and the mail that says it. Steps: the caller has opened the transaction."""

from collections.abc import Collection
from datetime import datetime

from meetups.events.models import Event, Undo
from meetups.lifecycle.participants import by_group
from meetups.notifications.notify import notification, notify_all


def in_groups(event: Event, groups: Collection[str]) -> set[int]:
    """The primary keys of the people in these `groups` of `by_group`."""
    people = by_group(event) if groups else {}
    return {pk for group in groups for pk in people.get(group, ())}


def tell_of_change(event: Event, people: set[int], *, note: str, cause: int, at: datetime, until: datetime) -> None:
    """One message to each of `people`, which leaves at `until`. Without a `note`, that of a change whose message has not left stays."""
    if not people:
        return
    told_soon = event.undoable.filter(kind=Undo.Kind.CHANGE, until__gt=at, people__gt=0).exists()
    event.change_note = note or (event.change_note if told_soon else "")
    event.save(update_fields=["change_note"])
    notify_all(
        notification(
            kind="event_changed",
            recipient_id=person,
            thread=event.thread,
            subject=f"event:{event.pk}",
            cause=cause,
            at=at,
            due_at=until,
        )
        for person in sorted(people)
    )
