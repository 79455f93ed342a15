"""To whom a person of the team may write: to those they are responsible for, and to no one else (RULES 250)."""

from collections.abc import Collection

from django.db.models import QuerySet

from meetups.communities.permissions import Permission
from meetups.events.models import Event, Undo
from meetups.lifecycle.models import Message
from meetups.registrations.models import Registration

# What each group of a message asks for. A state that isn't here is no one's, as in the audience (RULES 239).
NEEDS: dict[str, Permission] = {
    Registration.State.CONFIRMED.value: Permission.MANAGE_ATTENDEES,
    Registration.State.WAITLISTED.value: Permission.MANAGE_ATTENDEES,
    Registration.State.APPLIED.value: Permission.MANAGE_ATTENDEES,
    "speakers": Permission.DECIDE_TALKS,
    "volunteers": Permission.MANAGE_SHIFTS,
}


def groups_for(grants: Collection[Permission]) -> list[str]:
    """The groups that may be written to with these rights."""
    return [group for group, needed in NEEDS.items() if needed in grants]


def messages_for(event: Event, grants: Collection[Permission]) -> QuerySet[Message]:
    """The messages of the event that go to these groups alone."""
    found = Message.objects.filter(event=event)
    if Permission.MANAGE_ATTENDEES in grants:
        return found
    others = {f"audience__{name}": False for name in ("speakers", "volunteers") if NEEDS[name] not in grants}
    return found.filter(audience__states=[], audience__chosen=[], **others)


def may_undo_messages(event: Event, undos: Collection[Undo], grants: Collection[Permission]) -> set[int]:
    """The primary keys of those of `undos` whose message the person may write. One query, none for organizers."""
    if Permission.MANAGE_ATTENDEES in grants:
        return {undo.pk for undo in undos}
    mine = {one.subject for one in messages_for(event, grants)} if undos else set()
    return {undo.pk for undo in undos if undo.subject in mine}
