"""The bar at the bottom of every page of an event: what was done and can still be taken back (RULES 190)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from meetups.communities.permissions import Permission
from meetups.events.models import Event, Undo
from meetups.events.undo import TAKE_BACK
from organizers.desk.responsible_for import may_undo_messages

Kind = Undo.Kind
# Who may do a thing may take it back.
NEEDS = {
    Kind.MESSAGE: Permission.WRITE_MESSAGES,
    Kind.CHANGE: Permission.PLAN_EVENTS,
    Kind.CANCELLATION: Permission.PLAN_EVENTS,
    Kind.DUTIES: Permission.SEE_DESK,
    Kind.SHIFT: Permission.MANAGE_SHIFTS,
    Kind.PUBLICATION: Permission.PLAN_EVENTS,
}


@dataclass(frozen=True)
class UndoBar:
    """The newest thing that can be taken back. `more` is how many others there are, `share` the part of the time that is left.

    `hurry` is the button for who does not want to wait; empty where there is nothing to wait for.
    """

    pk: int
    what: str
    people: int
    seconds: int
    share: int
    more: int
    hurry: str

    @property
    def minutes(self) -> int:
        return ceil(self.seconds / 60)


def may_undo(event: Event, undos: Iterable[Undo], grants: Collection[Permission]) -> list[Undo]:
    """Those of `undos` that a person with these rights may take back."""
    mine = [undo for undo in undos if NEEDS[Kind(undo.kind)] in grants]
    messages = [undo for undo in mine if undo.kind == Kind.MESSAGE]
    written = may_undo_messages(event, messages, grants) if messages else set()
    return [undo for undo in mine if undo.kind != Kind.MESSAGE or undo.pk in written]


def undo_bar(event: Event, grants: Collection[Permission], *, at: datetime) -> UndoBar | None:
    """The bar for a person with these rights; None where nothing can be taken back. One query, and one more for staff while a message
    can be taken back."""
    found = may_undo(event, Undo.objects.filter(event=event, until__gt=at).order_by("-at", "-pk"), grants)
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
        _hurry(newest),
    )


def _what(undo: Undo) -> str:
    count = len(undo.before.get("together", ()))
    words = {
        Kind.MESSAGE: _("Message “%(title)s”"),
        Kind.CHANGE: _("Changes published"),
        Kind.CANCELLATION: pgettext("done", "Event canceled"),
        Kind.DUTIES: _("Duties of %(title)s passed on"),
        Kind.SHIFT: _("Canceling the shift “%(title)s”"),
        Kind.PUBLICATION: ngettext("%(count)d event published", "%(count)d events published", count)
        if count > 1
        else pgettext("done", "Event published"),
    }
    return words[Kind(undo.kind)] % {"title": undo.title, "count": count}


def _hurry(undo: Undo) -> str:
    if undo.kind == Kind.SHIFT:
        # It stays until then, also where no one has it.
        return _("Cancel it now without waiting")
    return _("Send now without waiting") if undo.people else ""
