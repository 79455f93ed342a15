"""The pictures of an event's text, as pages show them."""

from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.urls import reverse

from meetups.core.texts.markdown import TextPicture
from meetups.events.models import Event, EventPicture

_FIELDS = ("name", "width", "height")
# Those of the event in the outer query, for a page that can add them to its own query. `pictures_from` reads the result.
PICTURES = ArraySubquery(
    EventPicture.objects.filter(event=OuterRef("pk")).order_by("pk").values(json=JSONObject(**{f: f for f in _FIELDS}))
)


def pictures_from(event: Event, found: Iterable[dict[str, object]]) -> tuple[TextPicture, ...]:
    """The pictures from the result of PICTURES, or from the same fields."""
    return tuple(
        TextPicture(
            str(one["name"]),
            reverse("event_picture", args=[event.public_id, one["name"]]),
            int(str(one["width"])),
            int(str(one["height"])),
        )
        for one in found
    )


def pictures_of(event: Event) -> tuple[TextPicture, ...]:
    """One query."""
    return pictures_from(event, event.pictures.order_by("pk").values(*_FIELDS))
