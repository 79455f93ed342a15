"""An organizer reads the address of one person."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.registrations.models import Registration


def see_address(*, registration: Registration, at: datetime, by: User) -> str:
    """The person's address. That it was asked for stands in the history (RULES 202). Empty for a guest."""
    if registration.attendee is None:
        return ""
    with transaction.atomic():
        record(thread=registration.event.thread, subject=registration.subject, verb="see_address", at=at, by=by)
    return str(registration.attendee.email)
