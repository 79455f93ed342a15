"""A person makes or renews the secret address of their calendar."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import CalendarFeed, User
from meetups.core.ids import token


def renew_calendar_feed(*, person: User, at: datetime) -> CalendarFeed:
    """Gives the calendar of `person` a new address. The old address stops working (RULES 74)."""
    with transaction.atomic(durable=True):
        feed, _is_new = CalendarFeed.objects.update_or_create(person=person, defaults={"token": token(), "made_at": at})
    return feed
