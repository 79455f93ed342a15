"""The things to do of one event: what a form says of one, and the steps that the actions share."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from meetups.communities.models import Membership
from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.core.versions import version_of
from meetups.events.models import Event
from meetups.runbook.models import Todo

MOST_TODOS = 60
COLUMNS = ("title", "owner_id", "days")


class TooManyTodos(DomainError):
    message = _("An event can have at most %(most)s things to do.")


class TodoIsGone(DomainError):
    message = _("This has been removed from the list in the meantime.")


class NotOnTheTeam(DomainError):
    message = _("This person can no longer plan events here. Choose someone else.")


@dataclass(frozen=True)
class TodoPlan:
    """What is to be done, by which member of the team (no one yet: None), and how many days before (negative) or after the event."""

    title: str
    days: int
    owner_id: int | None = None


def todo_version(todo: Todo) -> str:
    """The version of what the form says. Done or not is no other version."""
    return version_of(todo, COLUMNS)


def lock_list(event: Event) -> Event:
    """The event, locked: two people who add something at once take turns."""
    return Event.objects.select_for_update(no_key=True).get(pk=event.pk)


def append(event: Event, plans: Iterable[TodoPlan]) -> list[Todo]:
    """Adds `plans`, without those whose title is there already. The list is locked. Raises TooManyTodos."""
    there = set(Todo.objects.filter(event=event).values_list("title", flat=True))
    new = [plan for plan in plans if plan.title not in there]
    if len(there) + len(new) > MOST_TODOS:
        raise TooManyTodos(most=MOST_TODOS)
    return Todo.objects.bulk_create(
        [Todo(event=event, title=one.title, days=one.days, owner_id=one.owner_id) for one in new]
    )


def lock_todo(todo: Todo) -> Todo:
    """The current thing, locked, with its event and owner. Raises TodoIsGone."""
    locked = Todo.objects.select_for_update(of=("self",), no_key=True).select_related("event", "owner__person")
    found: Todo | None = locked.filter(pk=todo.pk).first()
    if found is None:
        raise TodoIsGone
    return found


def refuse_strangers(owner_id: int | None, event: Event) -> None:
    """Raises NotOnTheTeam unless the owner, if there is one, is a member of the event's team who may plan its events."""
    planners = Membership.objects.who_may(Permission.PLAN_EVENTS, event.community_id)
    if owner_id and not planners.filter(pk=owner_id).exists():
        raise NotOnTheTeam
