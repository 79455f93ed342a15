"""An organizer changes a line of the teardown list."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.core.versions import refuse_what_has_changed, version_of
from meetups.history.models import record
from meetups.volunteers.models import Chore
from meetups.volunteers.teardown_list import ChoreLine, lock_chore, lock_list


def chore_version(chore: Chore) -> str:
    """The version of kind and texts. A tick is no other version."""
    return version_of(chore, ("sort", "text", "detail"))


def change_chore(*, chore: Chore, line: ChoreLine, seen: str | None = None, at: datetime, by: User) -> Chore:
    """Saves `line` in place of the old content. A tick stays, unless the line now says what not to do.

    `seen` is the `chore_version` that the form was filled from. Raises EventClosed, ListIsClosed, LineIsGone, ChangedMeanwhile.
    """
    with transaction.atomic(durable=True):
        lock_list(chore.event, at)
        chore = lock_chore(chore)
        if (chore.sort, chore.text, chore.detail) == (line.sort, line.text, line.detail):
            return chore
        refuse_what_has_changed(seen, chore_version(chore))
        chore.sort, chore.text, chore.detail = line.sort, line.text, line.detail
        if line.sort == Chore.Sort.DO_NOT:
            chore.done_at = chore.done_by = None
        chore.save(update_fields=["sort", "text", "detail", "done_at", "done_by"])
        record(thread=chore.event.thread, subject=chore.subject, verb="change_chore", at=at, by=by)
        return chore
