"""How many rows hang on an event, as a column of its query."""

from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce


def count_of_event(rows: QuerySet[Any], event: str = "event") -> Coalesce:
    """The number of `rows` of each event. `event` is the path from a row to it."""
    found = rows.filter(**{event: OuterRef("pk")}).order_by().values(event).annotate(rows_there=Count("pk"))
    return Coalesce(Subquery(found.values("rows_there")), 0)
