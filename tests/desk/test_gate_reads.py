"""What the gate of the dashboard reads is what the questions of the ORM find: for every role, in the team and at one event."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef

from meetups.accounts.models import User
from meetups.communities.models import Community, Membership
from meetups.communities.permissions import GRANTS, Permission, Role
from meetups.events.event_roles import AFTERWARDS, EventRole
from meetups.events.models import Event
from organizers.desk.gate_reads import community_at, event_at
from tests.support import cast

pytestmark = pytest.mark.django_db


def fields(model: Model) -> dict[str, Any]:
    return {field.attname: getattr(model, field.attname) for field in model._meta.concrete_fields}


def by_the_orm(person: User, at: datetime) -> frozenset[Permission]:
    """What `person` may do at the event, as all other questions ask it."""
    mine = Membership.objects.filter(community=OuterRef("community"), person=person).values("role")
    here = EventRole.objects.current(at).filter(event=OuterRef("pk"), person=person).values("role")
    event: Any = Event.objects.annotate(team=ArraySubquery(mine), here=ArraySubquery(here)).get(community__slug="ml")
    return frozenset[Permission]().union(*(GRANTS[Role(role)] for role in [*event.team, *event.here]))


def granted(person: User, at: datetime) -> frozenset[Permission]:
    found = event_at(Event.objects.get(community__slug="ml").public_id, person, at)
    assert found
    return found[1]


@pytest.fixture
def event() -> Event:
    cast.event(of=cast.community(slug="other", owner="finn"))
    return cast.event()


@pytest.mark.in_short(6)
@pytest.mark.parametrize("here", [None, Role.HELPER, Role.ORGANIZER])
@pytest.mark.parametrize("role", [None, *(role for role in Role if role != Role.HELPER)])
def test_everyone_may_what_their_roles_grant(event: Event, role: Role | None, here: Role | None) -> None:
    gin = cast.person("gin")
    if role:
        Membership.objects.create(community=event.community, person=gin, role=role, since=cast.NOW)
    if here:
        EventRole.objects.create(event=event, person=gin, role=here, since=cast.NOW)
    may = granted(gin, cast.NOW)
    assert may == by_the_orm(gin, cast.NOW)
    assert may == {*(GRANTS[role] if role else ()), *(GRANTS[here] if here else ())}
    listed = Event.objects.filter(pk=event.pk)
    assert may == {right for right in Permission if listed.manageable_by(gin, right, at=cast.NOW).exists()}
    found = community_at("ml", gin)
    assert found
    assert found[1] == {right for right in Permission if Community.objects.manageable_by(gin, right).exists()}


@pytest.mark.parametrize(
    ("change", "at", "may"),
    [
        (lambda role: None, cast.NOW, True),
        (lambda role: None, cast.ENDS_AT + AFTERWARDS - timedelta(seconds=1), True),
        (lambda role: None, cast.ENDS_AT + AFTERWARDS, False),
        (lambda role: EventRole.objects.update(ended_at=cast.NOW), cast.NOW, False),
        (lambda role: Event.objects.update(state=Event.State.CANCELLED), cast.NOW, False),
        (lambda role: Event.objects.update(state=Event.State.DRAFT, published_at=None), cast.NOW, False),
    ],
    ids=["now", "the day after", "after that", "ended", "canceled", "draft"],
)
def test_a_role_at_one_event_ends(event: Event, change: Callable[[EventRole], Any], at: datetime, may: bool) -> None:
    gin = cast.person("gin")
    change(EventRole.objects.create(event=event, person=gin, role=Role.HELPER, since=cast.NOW))
    assert granted(gin, at) == by_the_orm(gin, at) == (GRANTS[Role.HELPER] if may else frozenset())


def test_the_event_comes_with_its_community(event: Event) -> None:
    found = event_at(event.public_id, cast.person("aiko"), cast.NOW)
    assert found
    read = Event.objects.select_related("community").get(pk=event.pk)
    assert fields(found[0]) == fields(read)
    assert fields(found[0].community) == fields(read.community)
    alone = community_at("ml", cast.person("aiko"))
    assert alone
    assert fields(alone[0]) == fields(read.community)


def test_where_nothing_is_nothing_is_found(event: Event) -> None:
    aiko = cast.person("aiko")
    assert event_at("nothing", aiko, cast.NOW) is None
    assert community_at("nothing", aiko) is None
    # The owner of another community.
    assert granted(cast.person("finn"), cast.NOW) == frozenset()


def test_one_query(event: Event, django_assert_num_queries: Any) -> None:
    aiko = cast.person("aiko")
    with django_assert_num_queries(2):
        event_at(event.public_id, aiko, cast.NOW)
        community_at("ml", aiko)
