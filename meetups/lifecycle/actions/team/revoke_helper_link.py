"""An organizer revokes the link for check-in helpers."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.events.event_roles import HelperLink
from meetups.history.models import record


def revoke_helper_link(*, link: HelperLink, at: datetime, by: User) -> None:
    """No one joins with it any longer. Those who have joined stay (RULES 228). A second call changes nothing."""
    with transaction.atomic(durable=True):
        link = HelperLink.objects.select_for_update(of=("self",)).select_related("event").get(pk=link.pk)
        if link.revoked_at:
            return
        link.revoked_at = at
        link.save(update_fields=["revoked_at"])
        record(thread=link.event.thread, subject=f"helper_link:{link.pk}", verb="revoke_helper_link", at=at, by=by)
