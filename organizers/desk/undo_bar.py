"""The bar at the bottom of every page of an event: what was done and can still be taken back (RULES 190)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetups.communities.permissions import Permission
from meetups.events.models import Event, Undo
from meetups.events.undo import TAKE_BACK

Kind = Undo.Kind
# Who may do a thing may take it back.
NEEDS = {
    Kind.MESSAGE: Permission.MANAGE_ATTENDEES,
    Kind.CHANGE: Permission.PLAN_EVENTS,
    Kind.CANCELLATION: Permission.PLAN_EVENTS,
}


@dataclass(frozen=True)
class UndoBar:
    """The newest thing that can be taken back. `more` is how many others there are, `share` the part of the time that is left."""

    pk: int
    what: str
    people: int
    seconds: int
    share: int
    more: int

    @property
    def minutes(self) -> int:
        return ceil(self.seconds / 60)


def undo_bar(event: Event, grants: Collection[Permission], *, at: datetime) -> UndoBar | None:
    """The bar for a person with these rights; None where nothing can be taken back. One query."""
    found = [
        undo
        for undo in Undo.objects.filter(event=event, until__gt=at).order_by("-at", "-pk")
        if NEEDS[Kind(undo.kind)] in grants
    ]
    if not found:
        return None
    newest = found[0]
    rest = newest.until - at
    return UndoBar(
        newest.pk,
        _what(newest),
        newest.people,
        ceil(rest.total_seconds()),
        min(100, round(100 * rest / TAKE_BACK)),
        len(found) - 1,
    )


def _what(undo: Undo) -> str:
    words = {
        Kind.MESSAGE: _("Message “%(title)s”"),
        Kind.CHANGE: _("Changes published"),
        Kind.CANCELLATION: pgettext("done", "Event canceled"),
    }
    return words[Kind(undo.kind)] % {"title": undo.title}
