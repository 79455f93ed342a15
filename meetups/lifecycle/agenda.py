"""All dates of one person, as calendar entries (RULES 74)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from meetups.accounts.models import User
from meetups.core.links import link
from meetups.events.calendar import CalendarEntry, entry_of
from meetups.events.calendar_words import calendar_words_of
from meetups.events.models import Event
from meetups.lifecycle.rehearsal_people import rehearsal_people
from meetups.registrations.models import Registration
from meetups.speakers.emails import rehearsal_entry, talk_entry
from meetups.speakers.models import Break, CoSpeaker, Rehearsal, Talk
from meetups.speakers.programme.breaks import pauses_beside
from meetups.speakers.programme.items import ProgrammeItem, last_place, programme
from meetups.volunteers.emails.shift_details import shift_entry
from meetups.volunteers.models import Signup

KEPT = timedelta(days=90)
KEPT_CANCELLED = timedelta(days=30)
State = Registration.State


def agenda_of(person: User, *, at: datetime) -> list[CalendarEntry]:
    """Seats, shifts, confirmed talks and rehearsals, earliest first.

    They are in the active language and have the same UIDs as in mails.

    Events that ended more than 90 days before `at` are left out. Cancelled entries stay, marked as such, for 30 days. Eleven
    queries, however many entries.
    """
    shown = _shown(at)
    entries = [
        *_seats(person, shown, at),
        *_shifts(_signups(person, shown, at)),
        *_talks(_talks_of(person, shown, at)),
        *_rehearsals(person, shown),
    ]
    return sorted(entries, key=lambda entry: (entry.starts_at, entry.uid))


def _shown(at: datetime) -> QuerySet[Event]:
    """The events that a calendar still shows."""
    stands = Q(state=Event.State.PUBLISHED) | Q(state=Event.State.CANCELLED, cancelled_at__gt=at - KEPT_CANCELLED)
    return Event.objects.filter(stands, ends_at__gt=at - KEPT)


def _seats(person: User, shown: QuerySet[Event], at: datetime) -> Iterable[CalendarEntry]:
    """An entry for the event itself, for each seat that the person has or had until lately."""
    given_up = Q(state=State.CANCELLED, cancelled_at__gt=at - KEPT_CANCELLED, confirmed_at__isnull=False)
    mine = Registration.objects.filter(Q(state=State.CONFIRMED) | given_up, attendee=person, event__in=shown)
    # The latest registration for an event counts: if the person came back, the entry stands.
    latest = {one.event_id: one for one in mine.select_related("event__community").order_by("pk")}
    words = calendar_words_of({one.event_id: one.event for one in latest.values()}.values())
    for one in latest.values():
        gone = one.state == State.CANCELLED
        stamp = one.cancelled_at if gone and one.cancelled_at else one.event.calendar_stamp
        url = link("event", one.event.public_id)
        description = words[one.event_id]
        yield entry_of(one.event, stamp=stamp, url=url, description=description, withdrawn=gone, has_seat=not gone)


def _signups(person: User, shown: QuerySet[Event], at: datetime) -> list[Signup]:
    """The person's shifts, and those they had until lately. For each shift the latest signup counts."""
    ended = Q(state=Signup.State.STEPPED_DOWN, ended_at__gt=at - KEPT_CANCELLED)
    mine = Signup.objects.filter(
        Q(state=Signup.State.SIGNED_UP) | ended, volunteer=person, shift__event__in=shown
    ).select_related("shift__event__community")
    return list({one.shift_id: one for one in mine.order_by("pk")}.values())


def _shifts(signups: list[Signup]) -> Iterable[CalendarEntry]:
    for one in signups:
        gone = one.state != Signup.State.SIGNED_UP
        stamp = one.ended_at if gone and one.ended_at else one.shift.event.calendar_stamp
        yield shift_entry(one.shift, one.shift.event, stamp, withdrawn=gone)


def on_programmes(mine: Iterable[Talk]) -> dict[int, ProgrammeItem]:
    """The programme items of confirmed talks, by primary key of the talk.

    The talks must come with their events. The other talks and the breaks of an event decide about the time. One query, or none
    without talks.
    """
    own = {talk.pk: talk for talk in mine}
    events = {talk.event_id: talk.event for talk in own.values()}
    if not events:
        return {}
    others: defaultdict[int, list[Talk]] = defaultdict(list)
    breaks: dict[int, list[Break]] = {}
    for talk in Talk.objects.on_programme().filter(event__in=events).annotate(pauses=pauses_beside("event")):
        others[talk.event_id].append(talk)
        breaks[talk.event_id] = [Break(**pause) for pause in getattr(talk, "pauses", ())]
    items = [item for pk, event in events.items() for item in programme(event, others[pk], breaks.get(pk, ()))]
    return {item.talk.pk: item for item in items if item.talk and item.talk.pk in own}


def _talks_of(person: User, shown: QuerySet[Event], at: datetime) -> list[Talk]:
    """The person's confirmed talks, those that left the programme lately, and those of others in which they spoke until lately.

    `speaks` is whether they are a speaker of the talk still, and `left_at` since when they are not.
    """
    since = at - KEPT_CANCELLED
    theirs = CoSpeaker.objects.filter(person=person, talk=OuterRef("pk"))
    left = theirs.filter(state=CoSpeaker.State.LEFT, ended_at__gt=since, ended_at__gte=OuterRef("confirmed_at"))
    talks = Talk.objects.filter(event__in=shown).annotate(
        speaks=Q(speaker=person) | Exists(theirs.filter(state=CoSpeaker.State.JOINED)),
        left_at=Subquery(left.order_by("-ended_at").values("ended_at")[:1]),
    )
    stands_or_ended = Q(state=Talk.State.CONFIRMED) | Q(left_programme_at__gt=since)
    return list(
        talks.filter(stands_or_ended, Q(speaks=True) | Q(left_at__isnull=False))
        .select_related("event__community")
        .order_by("pk")
    )


def _talks(mine: list[Talk]) -> Iterable[CalendarEntry]:
    """Entries for the person's talks."""
    items = on_programmes(mine)
    for talk in mine:
        gone_at: datetime | None = talk.left_programme_at if vars(talk)["speaks"] else vars(talk)["left_at"]
        if item := items.get(talk.pk) or last_place(talk, talk.event):
            stamp = gone_at or talk.event.calendar_stamp
            yield talk_entry(item, talk, talk.event, stamp, withdrawn=gone_at is not None)


def _rehearsals(person: User, shown: QuerySet[Event]) -> Iterable[CalendarEntry]:
    """Entries for the rehearsals that the person belongs to (RULES 87)."""
    there = {one.event_id for one in rehearsal_people(shown.filter(rehearsal__isnull=False), only=person)}
    for rehearsal in Rehearsal.objects.filter(event__in=there).select_related("event__community"):
        event = rehearsal.event
        yield rehearsal_entry(
            event,
            rehearsal.starts_at,
            rehearsal.ends_at,
            stamp=max(event.calendar_stamp, rehearsal.set_at or event.calendar_stamp),
            place=rehearsal.join_url,
        )
