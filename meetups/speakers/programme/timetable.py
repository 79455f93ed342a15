"""Queries for the programme of an event."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.speakers.models import Break, CoSpeaker, Talk
from meetups.speakers.programme.items import ProgrammeItem, programme


def timetable(event: Event) -> list[ProgrammeItem]:
    """The programme with all speakers. Three queries for any number of lines."""
    return programme(event, Talk.objects.on_programme().filter(event=event).with_speakers(), event.breaks.all())


def talks_with_names(*events: Event) -> list[Talk]:
    """The talks on the programmes with the names of all speakers, and nothing else about co-speakers. One query."""
    joined = CoSpeaker.objects.active().filter(talk=OuterRef("pk")).order_by("joined_at", "pk")
    talks = Talk.objects.on_programme().filter(event__in=events).select_related("speaker")
    found: list[Talk] = []
    for talk in talks.annotate(co_names=ArraySubquery(joined.values("person__name"))):
        names: list[str] = vars(talk)["co_names"]
        talk.joined = [CoSpeaker(talk=talk, person=User(name=name)) for name in names]
        found.append(talk)
    return found


# The breaks of the event in the outer query, for a page that can add them to its own query. `breaks_from` turns the
# result into breaks.
BREAKS = ArraySubquery(
    Break.objects.filter(event=OuterRef("pk"))
    .order_by("position", "pk")
    .values(json=JSONObject(pk="pk", title="title", minutes="minutes", position="position"))
)


def breaks_from(found: list[dict[str, object]]) -> list[Break]:
    """The breaks from the result of `BREAKS`, without their notes."""
    return [Break(**one) for one in found]
