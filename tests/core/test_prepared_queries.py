"""A query that is built once answers as the ORM does, for each event and at each time."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import Count, F, QuerySet

from meetups.communities.permissions import GRANTS, Role
from meetups.core.sql_statements import PreparedQuery
from meetups.events.models import Event
from meetups.lifecycle.actions.ask_organizers import ask_organizers
from meetups.lifecycle.models import Inquiry
from meetups.runbook.models import Todo, days_since
from organizers.desk import page_numbers as numbers
from organizers.desk.access import DeskRequest
from organizers.desk.page_numbers import page_numbers
from tests.support import cast

pytestmark = pytest.mark.django_db


def reader(role: Role) -> DeskRequest:
    request = DeskRequest()
    request.grants = GRANTS[role]
    return request


@pytest.mark.parametrize("role", [Role.OWNER, Role.ORGANIZER])
def test_the_numbers_beside_an_events_pages_are_those_of_the_orm(role: Role) -> None:
    full = cast.event(slots=[cast.lottery_plan(), cast.duty_plan(), cast.invited_plan(), cast.first_come_plan(1)])
    cast.registered("dan", full)
    cast.volunteering("iori", full)
    cast.talk("emi", full)
    for topic in (Inquiry.Topic.QUESTION, Inquiry.Topic.REPORT):
        ask_organizers(community=full.community, event=full, topic=topic, text="？", at=cast.NOW, by=cast.person("dan"))
    Todo.objects.create(event=full, title="会場を予約する", days=-10)
    empty = cast.event(slots=[cast.first_come_plan()], shifts=[])
    seen = set()
    for event in (full, empty):
        for at in (cast.NOW, cast.ENDS_AT + timedelta(days=1)):
            asked = page_numbers(reader(role), event, at=at)
            by_the_orm = numbers._question(event.pk, at, *days_since(event, at), reports=role == Role.OWNER).get()
            assert asked == numbers.PageNumbers(*by_the_orm)
            assert asked.inquiries == (0 if event == empty else 2 if role == Role.OWNER else 1)
            assert asked.todo_late == (event == full and at != cast.NOW)
            seen.add(asked)
    assert len(seen) > 2


def test_it_is_built_once_and_percent_signs_stay() -> None:
    first, second = cast.event(title="100% ML"), cast.event(title="ML %s")
    made = []

    def make(pk: int, at: datetime) -> QuerySet[Any, Any]:
        made.append(pk)
        found = Event.objects.filter(pk=pk, starts_at__gt=at, title__contains="%").annotate(slots_there=Count("slots"))
        return found.values_list("title", "slots_there", "starts_at")

    query = PreparedQuery(make, pk=int, at=datetime)
    assert query.one(pk=first.pk, at=cast.NOW) == ("100% ML", 2, cast.STARTS_AT)
    assert query.one(pk=second.pk, at=cast.NOW) == ("ML %s", 2, cast.STARTS_AT)
    with pytest.raises(LookupError):
        query.one(pk=second.pk, at=cast.ENDS_AT)
    assert len(made) == 1


def test_a_parameter_that_does_not_reach_the_sql_is_refused() -> None:
    """Otherwise the answer would be that of the first question forever."""
    event = cast.event()
    query = PreparedQuery(lambda pk: Event.objects.filter(starts_at__gt=F("ends_at")).values_list("pk"), pk=int)
    with pytest.raises(TypeError, match="does not reach"):
        query.one(pk=event.pk)
