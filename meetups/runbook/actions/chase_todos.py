"""The clock reminds people of what should have been done."""

from datetime import datetime

from django.db import transaction

from meetups.communities.models import Membership
from meetups.communities.permissions import Permission, Role
from meetups.events.models import Event
from meetups.notifications.notify import notification, notify_all
from meetups.runbook.models import Todo


def chase_todos(*, event: Event, at: datetime) -> int:
    """Plans one mail to each owner of a thing whose day has passed undone; what has no owner goes to the owners of the community.

    Each thing once (RULES 217). Returns the number of things.
    """
    with transaction.atomic(durable=True):
        locked = Todo.objects.select_for_update(of=("self",), no_key=True).select_related("event", "owner")
        late = [todo for todo in locked.to_chase(at).filter(event=event).order_by("pk") if todo.chase_at <= at]
        if not late:
            return 0
        Todo.objects.filter(pk__in=[todo.pk for todo in late]).update(chased_at=at)
        planners = {
            one.pk: one for one in Membership.objects.who_may(Permission.PLAN_EVENTS, event.community_id).order_by("pk")
        }
        owners = [one for one in planners.values() if one.role == Role.OWNER]
        people = dict.fromkeys(
            one.person_id
            for todo in late
            for one in ([planners[todo.owner_id]] if todo.owner_id in planners else owners)
        )
        notify_all(
            notification(
                kind="todos_late",
                recipient_id=person,
                thread=event.thread,
                subject=f"event:{event.pk}",
                cause=at.isoformat(),
                at=at,
                not_after=event.ends_at,
            )
            for person in people
        )
        return len(late)
