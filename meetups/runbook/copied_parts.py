"""What a copy of an event has from its source: the things to do, none of them done. Their days are counted from the event."""

from meetups.communities.models import Membership
from meetups.communities.permissions import Permission
from meetups.registrations.copied_parts import CopiedPart, EventCopy, twin
from meetups.runbook.models import Todo

TODO = ("title", "days", "owner_id")


def copy_todos(copy: EventCopy) -> None:
    """With their owners, as far as they may still plan events here."""
    planners = set(
        Membership.objects.who_may(Permission.PLAN_EVENTS, copy.event.community_id).values_list("pk", flat=True)
    )
    new = [twin(todo, TODO, event=copy.event) for todo in Todo.objects.filter(event=copy.source).order_by("pk")]
    for todo in new:
        todo.owner_id = todo.owner_id if todo.owner_id in planners else None
    Todo.objects.bulk_create(new)


COPIED = (CopiedPart(Todo, TODO, copy_todos),)
