"""A person makes the secret address of her calendar, or a new one."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import CalendarFeed, User
from meetups.core.ids import token


def renew_calendar_feed(*, person: User, at: datetime) -> CalendarFeed:
    """From now on the calendar of `person` has another address; the old one leads nowhere (RULES 74)."""
    with transaction.atomic(durable=True):
        feed, _is_new = CalendarFeed.objects.update_or_create(person=person, defaults={"token": token(), "made_at": at})
    return feed
