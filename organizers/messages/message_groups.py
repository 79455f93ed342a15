"""The mails of an event by message: each kind, and each message of the organizers, with its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, F, Max, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetups.notifications.models import Notification, NotificationQuerySet
from organizers.messages.audience_words import people
from organizers.messages.message_names import name_of

State = Notification.State
WRITTEN = "organizer_message"


@dataclass(frozen=True)
class MessageGroup:
    """All mails with one message. `key` filters the log by it: the kind, or the name of an organizers' message."""

    key: str
    what: str
    number: str
    missed: str
    last: datetime
    is_current: bool


def chosen_group(told: NotificationQuerySet, key: str) -> NotificationQuerySet:
    """The mails of one group; all of them without a key. A key that means nothing finds nothing."""
    if not key:
        return told
    return told.filter(kind=WRITTEN, subject=key) if key.startswith("message:") else told.filter(kind=key)


def groups_of(told: QuerySet[Notification], subjects: Mapping[str, str], key: str) -> list[MessageGroup]:
    """The newest first. One query, however many mails. `subjects` are those of the organizers' messages."""
    which = Case(When(kind=WRITTEN, then=F("subject")), default=Value(""))
    rows = (
        told.order_by()
        .annotate(which=which)
        .values("kind", "which")
        .annotate(
            number=Count("pk"),
            last=Max("due_at"),
            missed=Count("pk", filter=Q(state__in=[State.BOUNCED, State.FAILED])),
        )
    )
    found = [_group(row, subjects, key) for row in rows]
    return sorted(found, key=lambda one: (one.last, one.key), reverse=True)


def _group(row: Mapping[str, object], subjects: Mapping[str, str], key: str) -> MessageGroup:
    kind, which, missed = str(row["kind"]), str(row["which"]), int(str(row["missed"]))
    subject = subjects.get(which)
    last = row["last"]
    assert isinstance(last, datetime)
    return MessageGroup(
        key=which or kind,
        what=_("“%(subject)s”, from the organizers") % {"subject": subject} if subject else name_of(kind),
        number=people(int(str(row["number"]))),
        missed=ngettext("%(count)s not delivered", "%(count)s not delivered", missed) % {"count": missed}
        if missed
        else "",
        last=last,
        is_current=(which or kind) == key,
    )
