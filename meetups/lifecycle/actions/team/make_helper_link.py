"""An organizer makes the link for check-in helpers of an event."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.events.event_roles import HelperLink
from meetups.events.models import Event
from meetups.history.models import record
from meetups.registrations.refusals import refuse_unless_open


def make_helper_link(*, event: Event, at: datetime, by: User) -> HelperLink:
    """The open link of the event; a second click makes none (RULES 228). Raises EventClosed for a draft, and after the end."""
    with transaction.atomic(durable=True):
        event = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        refuse_unless_open(event, at)
        found = event.helper_links.filter(revoked_at__isnull=True).first()
        if found:
            return found
        link = HelperLink.objects.create(event=event, made_by=by, made_at=at)
        record(thread=event.thread, subject=f"helper_link:{link.pk}", verb="make_helper_link", at=at, by=by)
        return link
