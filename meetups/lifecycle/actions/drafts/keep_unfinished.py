"""The page for a new event keeps what is typed there."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.core.errors import DomainError
from meetups.events.models import Event, UnfinishedEvent
from meetups.lifecycle.new_event import AlreadyAnEvent

MOST = 20
LONGEST = 200_000


class TooManyUnfinished(DomainError):
    message = _("20 unfinished drafts are kept already. Delete one, and this one is saved by itself again.")


class TooLongToKeep(DomainError):
    message = _("This is too long to be saved by itself.")


def keep_unfinished(
    *, community: Community, public_id: str, typed: Mapping[str, list[str]], seen: str, tab: str, at: datetime, by: User
) -> UnfinishedEvent | None:
    """One draft for one page, from the first title on: None before that (RULES 255). `public_id` is that of the event to come.

    `seen` is the version that the page last had, empty if none, and `tab` names the page. Raises AlreadyAnEvent, ChangedMeanwhile,
    TooManyUnfinished, TooLongToKeep.
    """
    title = " ".join(typed.get("title", [""]))[:120].strip()
    if sum(len(value) for values in typed.values() for value in values) > LONGEST:
        raise TooLongToKeep
    with transaction.atomic(durable=True):
        # The same lock as for planning, so that no late save brings back what was published.
        Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        if Event.objects.filter(public_id=public_id).exists():
            raise AlreadyAnEvent
        there = UnfinishedEvent.objects.filter(community=community, public_id=public_id).first()
        if there is None:
            if not title:
                return None
            if UnfinishedEvent.objects.filter(community=community).count() >= MOST:
                raise TooManyUnfinished
            there = UnfinishedEvent(community=community, public_id=public_id)
        else:
            there.refuse_another_tab(seen=seen, tab=tab)
        there.title, there.typed, there.tab = title, dict(typed), tab
        there.saved_at, there.saved_by = at, by
        there.save()
        return there
