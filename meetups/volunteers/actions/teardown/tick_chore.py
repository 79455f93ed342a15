"""A person ticks a line of the teardown list, or takes the tick back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.history.models import record
from meetups.registrations.refusals import refuse_unless_published
from meetups.volunteers.models import Chore
from meetups.volunteers.teardown_list import ListIsClosed, list_is_open, lock_chore


class TooEarlyToTick(DomainError):
    message = _("You can tick items off once the event has started.")


class NothingToTick(DomainError):
    message = _("This item says what not to do, so there’s nothing to tick.")


def tick_chore(*, chore: Chore, done: bool, at: datetime, by: User) -> Chore:
    """Ticks the line, or opens it again. The same value again changes nothing.

    If two people tick at once, the first counts (RULES 77). Raises LineIsGone, NothingToTick, TooEarlyToTick, EventClosed for an
    event that does not take place, ListIsClosed three days after it.
    """
    with transaction.atomic(durable=True):
        chore = lock_chore(chore)
        refuse_unless_published(chore.event)
        if at < chore.event.starts_at:
            raise TooEarlyToTick
        if not list_is_open(chore.event, at):
            raise ListIsClosed
        if chore.sort != Chore.Sort.DO:
            raise NothingToTick
        if (chore.done_at is not None) == done:
            return chore
        chore.done_at = at if done else None
        chore.done_by = by if done else None
        chore.save(update_fields=["done_at", "done_by"])
        record(thread=chore.event.thread, subject=chore.subject, verb="tick_chore", at=at, by=by, done=done)
        return chore
