"""What is ready for a talk and what is still open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetups.events.models import Event
from meetups.speakers.models import Presence, Readiness, Talk


@dataclass(frozen=True)
class Point:
    """One line of the card. `ticked` ones are known to organizers only; `needs` is what somebody has to bring or arrange."""

    name: str
    label: str
    is_done: bool
    detail: str = ""
    since: datetime | None = None
    ticked: bool = False
    needs: bool = False


@dataclass(frozen=True)
class Card:
    """The points of one talk, in the same order for all talks of an event."""

    talk: Talk
    points: list[Point]

    @property
    def open_points(self) -> list[Point]:
        """What is still to be done."""
        return [point for point in self.points if not point.is_done]


def readiness_of(talk: Talk) -> Readiness:
    """What is known of the talk; unsaved and empty where that is nothing."""
    known: Readiness | None = getattr(talk, "readiness", None)
    return known or Readiness(talk=talk)


# When each person was seen, by her primary key and the occasion.
type Seen = Mapping[tuple[int, str], datetime]


def seen_at(event: Event) -> Seen:
    """Who was seen at `event`, and when. One query."""
    presences = Presence.objects.filter(event=event).order_by("pk")
    return {(one.person_id, one.occasion): one.seen_at for one in presences}


def card(talk: Talk, event: Event, *, has_rehearsal: bool, seen: Seen) -> Card:
    """The card of one talk. Who speaks from home needs no adapter, who speaks in the room no connection."""
    known = readiness_of(talk)
    points = [
        Point("bio", _("Title and bio"), bool(known.bio)),
        Point("slides", _("Slides"), bool(talk.slides_url), detail=talk.slides_url),
        Point(
            "publication",
            _("Publication"),
            bool(known.publication),
            detail=known.get_publication_display() if known.publication else "",
            since=known.publication_answered_at if known.publication else None,
        ),
    ]
    if event.format != Event.Format.ONLINE:
        points += [
            _equipment("laptop", pgettext("equipment", "Laptop"), known.laptop),
            _equipment("adapter", pgettext("equipment", "Adapter"), known.adapter),
        ]
    if has_rehearsal:
        points.append(_ticked("rehearsal", _("Rehearsal"), seen.get((talk.speaker_id, Presence.Occasion.REHEARSAL))))
    if event.format != Event.Format.ON_SITE:
        points.append(_ticked("connection", _("Connection"), seen.get((talk.speaker_id, Presence.Occasion.CONNECTION))))
    return Card(talk, points)


def cards(event: Event, talks: Iterable[Talk], *, has_rehearsal: bool) -> list[Card]:
    """The board: a card for each of the talks, which come with `readiness`."""
    seen = seen_at(event)
    return [card(talk, event, has_rehearsal=has_rehearsal, seen=seen) for talk in talks]


def _equipment(name: str, label: str, answer: str) -> Point:
    detail = str(Readiness.Equipment(answer).label) if answer else ""
    return Point(name, label, bool(answer), detail=detail, needs=answer == Readiness.Equipment.NONE)


def _ticked(name: str, label: str, since: datetime | None) -> Point:
    return Point(name, label, since is not None, since=since, ticked=True)
