"""The teardown list of an event: access, how long it is open, and the steps that its actions share (RULES 77, 78)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import Permission, roles_with
from meetups.core.errors import DomainError
from meetups.events.counts import count_of_event
from meetups.events.models import Event, EventQuerySet
from meetups.registrations.refusals import EventClosed
from meetups.volunteers.models import Chore, RoomPhoto, Signup

# The list can be ticked and changed this long after the end of the event.
OPEN_FOR = timedelta(days=3)
MOST_CHORES = 60
MOST_PHOTOS = 30


class ListIsClosed(DomainError):
    message = _("This list is read-only: the event ended more than three days ago.")


class ListIsFull(DomainError):
    message = _("A list can have at most %(most)s items: no one reads more of them in the evening.")


class LineIsGone(DomainError):
    message = _("This item has been removed from the list in the meantime.")


@dataclass(frozen=True)
class ChoreLine:
    """The content of a line: its sort, the text, and how and where."""

    sort: Chore.Sort
    text: str
    detail: str = ""


def list_is_open(event: Event, at: datetime) -> bool:
    """Whether the list can be changed at `at`: until three days after the end, and not for a canceled event (RULES 78)."""
    return not event.is_cancelled and at < event.ends_at + OPEN_FOR


def can_be_ticked(event: Event, at: datetime) -> bool:
    """Whether lines can be ticked at `at`: from the start of the event, as long as the list is open (RULES 77)."""
    return event.is_published and event.starts_at <= at and list_is_open(event, at)


def with_teardown_for(person: User) -> EventQuerySet:
    """The events whose list and photos `person` may see: those where they have a shift, and those of their team (RULES 77)."""
    helps = Signup.objects.active().filter(
        shift__event=OuterRef("pk"), shift__cancelled_at__isnull=True, volunteer=person
    )
    team = Membership.objects.filter(
        community=OuterRef("community"), person=person, role__in=roles_with(Permission.SEE_DESK)
    )
    found: EventQuerySet = Event.objects.filter(Exists(helps) | Exists(team))
    return found


def earlier_lists(event: Event) -> EventQuerySet:
    """Earlier events of the community at the same venue that have lines or photos, latest first.

    Each has the counts `lines` and `photos`.
    """
    if not event.venue_name:
        return Event.objects.none()
    found: EventQuerySet = (
        Event.objects.filter(
            community=event.community_id, venue_name__iexact=event.venue_name, starts_at__lt=event.starts_at
        )
        .annotate(lines=count_of_event(Chore.objects.all()), photos=count_of_event(RoomPhoto.objects.all()))
        .filter(Q(lines__gt=0) | Q(photos__gt=0))
        .order_by("-starts_at", "-pk")
    )
    return found


def lock_list(event: Event, at: datetime) -> Event:
    """Returns the event, with its list locked until the end of the transaction: two people who write at once take turns.

    Raises EventClosed for a canceled event, ListIsClosed three days after its end.
    """
    event = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    if event.is_cancelled:
        raise EventClosed
    if not list_is_open(event, at):
        raise ListIsClosed
    return event


def append_lines(event: Event, lines: Iterable[ChoreLine]) -> int:
    """Adds `lines` at the end, without those that the list has already. Returns the number of new lines. The list is locked.

    Raises ListIsFull.
    """
    there = list(Chore.objects.filter(event=event).in_order())
    known = {(one.sort, one.text) for one in there}
    last = max((one.position for one in there), default=0)
    new = [line for line in dict.fromkeys(lines) if (line.sort, line.text) not in known]
    if len(there) + len(new) > MOST_CHORES:
        raise ListIsFull(most=MOST_CHORES)
    Chore.objects.bulk_create(
        Chore(event=event, sort=line.sort, text=line.text, detail=line.detail, position=last + number)
        for number, line in enumerate(new, start=1)
    )
    return len(new)


def lock_chore(chore: Chore) -> Chore:
    """The current line, locked, with its event. Raises LineIsGone."""
    locked = Chore.objects.select_for_update(of=("self",), no_key=True).select_related("event", "done_by")
    found: Chore | None = locked.filter(pk=chore.pk).first()
    if found is None:
        raise LineIsGone
    return found


def photos_of(event: Event) -> list[RoomPhoto]:
    """Photos of the room, in the order in which they were added."""
    return list(RoomPhoto.objects.filter(event=event).order_by("pk"))
