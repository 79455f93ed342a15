"""The breaks of a programme, read beside something else of their event."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from meetups.speakers.models import Break


def pauses_beside(event: str) -> ArraySubquery:
    """The breaks of the event at this path, as objects: as much of them as the times of the programme need."""
    pauses = Break.objects.filter(event=OuterRef(event)).order_by("position", "pk")
    return ArraySubquery(pauses.values(one=JSONObject(pk="pk", position="position", minutes="minutes")))
