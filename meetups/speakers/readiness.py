"""The speaker checklist: which points of a talk are done and which are open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.speakers.models import Presence, Readiness, Talk

Occasion = Presence.Occasion


@dataclass(frozen=True)
class Sighting:
    """A speaker and the record of when they were seen. `presence` is None as long as no one has seen them."""

    person: User
    presence: Presence | None


@dataclass(frozen=True)
class Point:
    """One line of the checklist. Only organizers know `ticked` points.

    `needs` marks a thing that someone has to bring or arrange. If more than one person speaks, `missing` has the speakers who
    have not done their part of a point. For a ticked point, `sightings` has each speaker.
    """

    name: str
    label: str
    is_done: bool
    detail: str = ""
    since: datetime | None = None
    ticked: bool = False
    needs: bool = False
    missing: tuple[User, ...] = ()
    sightings: tuple[Sighting, ...] = ()


@dataclass(frozen=True)
class ReadinessCard:
    """The points of one talk, in the same order for all talks of an event."""

    talk: Talk
    points: list[Point]

    @property
    def open_points(self) -> list[Point]:
        """The points that are not done."""
        return [point for point in self.points if not point.is_done]

    @property
    def is_blank(self) -> bool:
        """Whether no speaker of the talk has filled in anything yet."""
        return not any(has_begun(self.talk, person) for person in self.talk.speakers)


def readiness_of(talk: Talk) -> Readiness:
    """The Readiness of the talk; unsaved and empty if it has none."""
    known: Readiness | None = getattr(talk, "readiness", None)
    return known or Readiness(talk=talk)


def has_begun(talk: Talk, person: User) -> bool:
    """Whether `person`, a speaker of the talk, has filled in anything.

    The talk was loaded `with_speakers` and with `readiness`.
    """
    if talk.speaker_id != person.pk:
        return any(one.bio for one in talk.joined if one.person_id == person.pk)
    known = readiness_of(talk)
    return talk.has_slides or any((known.bio, known.publication, known.laptop, known.adapter))


# Who was seen, by the person's primary key and the occasion.
type Seen = Mapping[tuple[int, str], Presence]


def seen_at(event: Event) -> Seen:
    """Who was seen at `event`, when and by whom. One query."""
    presences = Presence.objects.filter(event=event).select_related("seen_by").order_by("pk")
    return {(one.person_id, one.occasion): one for one in presences}


def card(talk: Talk, event: Event, *, has_rehearsal: bool, seen: Seen) -> ReadinessCard:
    """The card of one talk, which was loaded `with_speakers`.

    Speakers at an online event need no adapter; speakers in the room need no connection.
    """
    points = _filled_in(talk, event, missing=_without_bio(talk))
    if has_rehearsal:
        points.append(_ticked("rehearsal", _("Rehearsal"), talk, Occasion.REHEARSAL, seen))
    if event.format != Event.Format.ON_SITE:
        points.append(_ticked("connection", _("Connection"), talk, Occasion.CONNECTION, seen))
    return ReadinessCard(talk, points)


def cards(event: Event, talks: Iterable[Talk], *, has_rehearsal: bool, seen: Seen | None = None) -> list[ReadinessCard]:
    """The board: one card for each talk. The talks were loaded `with_speakers` and with `readiness`."""
    seen = seen_at(event) if seen is None else seen
    return [card(talk, event, has_rehearsal=has_rehearsal, seen=seen) for talk in talks]


def left_open(talk: Talk, event: Event, person: User) -> list[Point]:
    """The points that `person` has still to fill in for a talk in which they speak.

    It leaves out points that organizers tick and the parts of others. The talk was loaded `with_speakers` and with `readiness`.
    """
    if not event.is_published or talk.state not in (Talk.State.ACCEPTED, Talk.State.CONFIRMED):
        return []
    missing = tuple(one for one in _without_bio(talk) if one == person)
    if talk.speaker_id != person.pk:
        return [Point("bio", _("About you"), is_done=False) for _one in missing]
    return [point for point in _filled_in(talk, event, missing=missing) if not point.is_done]


def _filled_in(talk: Talk, event: Event, *, missing: tuple[User, ...]) -> list[Point]:
    """The points that speakers fill in themselves. `missing` are the speakers without a bio."""
    known = readiness_of(talk)
    points = [
        Point("bio", _("Title and bio"), not missing, missing=missing if len(talk.speakers) > 1 else ()),
        Point("slides", _("Slides"), talk.has_slides, detail=talk.slides_url),
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
    return points


def _without_bio(talk: Talk) -> tuple[User, ...]:
    own = () if readiness_of(talk).bio else (talk.speaker,)
    return (*own, *(one.person for one in talk.joined if one.person and not one.bio))


def _equipment(name: str, label: str, answer: str) -> Point:
    detail = str(Readiness.Equipment(answer).label) if answer else ""
    return Point(name, label, bool(answer), detail=detail, needs=answer == Readiness.Equipment.NONE)


def _ticked(name: str, label: str, talk: Talk, occasion: Presence.Occasion, seen: Seen) -> Point:
    """A point that is done when every speaker was seen. `since` is then the time of the last sighting."""
    sightings = tuple(Sighting(person, seen.get((person.pk, occasion))) for person in talk.speakers)
    missing = tuple(one.person for one in sightings if one.presence is None)
    since = max((one.presence.seen_at for one in sightings if one.presence), default=None)
    return Point(
        name,
        label,
        not missing,
        since=since if not missing else None,
        ticked=True,
        missing=missing if len(sightings) > 1 else (),
        sightings=sightings,
    )
