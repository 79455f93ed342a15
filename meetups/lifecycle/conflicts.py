"""Conflicts in a programme, in words. They are only shown: nothing is refused because of them (RULES 92).

Organizers learn only public facts about what a person does in other communities.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.accounts.models import User
from meetups.core import dates
from meetups.events.models import Event
from meetups.speakers.models import Break, CoSpeaker, Talk
from meetups.speakers.programme.items import ProgrammeItem, programme
from meetups.volunteers.duty_seats import name_for_organizers
from meetups.volunteers.models import Signup


def conflicts(event: Event, items: list[ProgrammeItem]) -> dict[str, list[str]]:
    """Sentences about each line, by its subject, in the active language.

    Talks must come with their speakers. Three queries, and three more if a person speaks elsewhere at that time.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for item in items:
        late = int((item.ends_at - event.ends_at).total_seconds() // 60)
        if late > 0:
            found[item.line.subject].append(_runs_over(event, item, late))
    people = {person.pk: person for item in items if item.talk for person in item.talk.speakers}
    if not people:
        return found
    until = max(item.ends_at for item in items)
    shifts = _shifts(people, event.starts_at, until)
    elsewhere = list(_elsewhere(event, people, until))
    for item in items:
        if item.talk:
            found[item.line.subject] += _of_talk(event, item, item.talk, items, shifts, elsewhere)
    return found


def _runs_over(event: Event, item: ProgrammeItem, late: int) -> str:
    """The sentence about an item that ends after the event.

    It is called "after the event" only if it also begins after the end.
    """
    if item.starts_at >= event.ends_at:
        return _("After the event has ended.")
    return _("Runs %(minutes)s min past the end of the event.") % {"minutes": late}


def _of_talk(
    event: Event,
    item: ProgrammeItem,
    talk: Talk,
    items: list[ProgrammeItem],
    shifts: list[Signup],
    elsewhere: list[tuple[User, Event, ProgrammeItem]],
) -> Iterator[str]:
    for person in talk.speakers:
        for signup in shifts:
            shift = signup.shift
            if signup.volunteer_id == person.pk and _overlap(item, shift.starts_at, shift.ends_at):
                yield _("%(name)s has a shift at this time: %(shift)s, %(times)s.") % {
                    "name": person.name,
                    "shift": name_for_organizers(shift, event),
                    "times": _times(event, shift.starts_at, shift.ends_at),
                }
        for speaker, other, theirs in elsewhere:
            if speaker.pk == person.pk and _overlap(item, theirs.starts_at, theirs.ends_at):
                yield _elsewhere_in_words(event, other) % {
                    "name": person.name,
                    "event": other.title,
                    "times": _times(event, theirs.starts_at, theirs.ends_at),
                }
        for also in items:
            if also.talk and also.talk.pk != talk.pk and person in also.talk.speakers:
                yield _("%(name)s also speaks in “%(talk)s”.") % {"name": person.name, "talk": also.talk.title}


def _elsewhere_in_words(event: Event, other: Event) -> str:
    """Another community's event is not named here unless it is public."""
    if other.community_id == event.community_id or other.visibility == Event.Visibility.PUBLIC:
        return _("%(name)s speaks at “%(event)s” at this time, %(times)s.")
    return _("%(name)s speaks at an event of another community at this time, %(times)s.")


def _overlap(item: ProgrammeItem, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether the periods overlap. They are half-open: a period may begin when the other ends."""
    return starts_at < item.ends_at and item.starts_at < ends_at


def _times(event: Event, starts_at: datetime, ends_at: datetime) -> str:
    return dates.time_range(starts_at, ends_at, event.time_zone, get_language() or "en")


def _shifts(people: dict[int, User], starts_at: datetime, until: datetime) -> list[Signup]:
    """The shifts of these people in that time, at this event or another."""
    signups = Signup.objects.active().filter(
        volunteer__in=people, shift__cancelled_at__isnull=True, shift__starts_at__lt=until, shift__ends_at__gt=starts_at
    )
    published = signups.exclude(shift__event__state=Event.State.CANCELLED)
    return list(published.select_related("shift__event").order_by("shift__starts_at", "pk"))


def _elsewhere(event: Event, people: dict[int, User], until: datetime) -> Iterator[tuple[User, Event, ProgrammeItem]]:
    """Talks of these people on the programmes of other events that are published and overlap this period."""
    joined = CoSpeaker.objects.active().filter(person__in=people).values("talk")
    others = Event.objects.published().filter(starts_at__lt=until, ends_at__gt=event.starts_at).exclude(pk=event.pk)
    mine = Talk.objects.on_programme().filter(event__in=others)
    own, together = mine.filter(speaker__in=people), mine.filter(pk__in=joined)
    events = {talk.event_id for talk in (own | together).only("event_id")}
    if not events:
        return
    talks = Talk.objects.on_programme().filter(event__in=events).with_speakers().select_related("event", "speaker")
    breaks = list(Break.objects.filter(event__in=events))
    by_event: dict[Event, list[Talk]] = defaultdict(list)
    for talk in talks:
        by_event[talk.event].append(talk)
    for other, theirs in by_event.items():
        for item in programme(other, theirs, [one for one in breaks if one.event_id == other.pk]):
            for person in item.talk.speakers if item.talk else []:
                if person.pk in people:
                    yield person, other, item
