"""An organizer ends a person's role at one event."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.events.event_roles import EventRole
from meetups.history.models import record


def end_event_role(*, role: EventRole, at: datetime, by: User) -> None:
    """The person can do nothing there from now on, nor join again by the same link. A second call changes nothing."""
    with transaction.atomic(durable=True):
        role = EventRole.objects.select_for_update(of=("self",)).select_related("event").get(pk=role.pk)
        if role.ended_at:
            return
        role.ended_at = at
        role.save(update_fields=["ended_at"])
        record(
            thread=role.event.thread,
            subject=f"event_role:{role.pk}",
            verb="end_event_role",
            at=at,
            by=by,
            role=role.role,
        )
