"""The recipients of a batch of messages about events, and their parts in the events."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from meetups.accounts.models import User
from meetups.communities.permissions import Role
from meetups.events.event_roles import EventRole
from meetups.events.models import Event
from meetups.lifecycle.participants import Participant
from meetups.lifecycle.rehearsal_people import rehearsal_people
from meetups.notifications.models import Notification
from meetups.registrations.models import Registration
from meetups.speakers.models import CoSpeaker, Talk
from meetups.volunteers.models import Signup


def parts_for(notifications: Sequence[Notification]) -> dict[int, tuple[Event, Participant] | None]:
    """For each message, by primary key: its event with community and rehearsal, and the recipient's part.

    Six queries, however many messages, and four more if there is a rehearsal.
    """
    found = Event.objects.filter(pk__in={one.subject_id for one in notifications})
    events = {event.pk: event for event in found.select_related("community", "rehearsal")}
    parts = _parts(events.values(), {one.recipient for one in notifications if one.recipient})
    abouts: dict[int, tuple[Event, Participant] | None] = {}
    for one in notifications:
        event = events.get(one.subject_id)
        abouts[one.pk] = (event, parts[event.pk, one.recipient.pk]) if event and one.recipient else None
    return abouts


def _parts(events: Iterable[Event], people: Iterable[User]) -> dict[tuple[int, int], Participant]:
    """The part of each of `people` in each of `events`, by the primary keys of both."""
    events, people = list(events), list(people)
    by_pk = {event.pk: event for event in events}
    parts = {(event.pk, person.pk): Participant(person) for event in events for person in people}
    here = {"event__in": events}
    seats = Registration.objects.active().filter(attendee__in=people, **here).select_related("slot__lottery")
    for registration in seats:
        if registration.attendee_id:
            registration.event = by_pk[registration.event_id]
            parts[registration.event_id, registration.attendee_id].registration = registration
    joined = CoSpeaker.objects.active().filter(person__in=people, talk__event__in=events)
    theirs = Q(speaker__in=people) | Q(pk__in=joined.values("talk"))
    for talk in Talk.objects.alive().filter(theirs, **here).with_speakers().order_by("pk"):
        for speaker in talk.speakers:
            if (talk.event_id, speaker.pk) in parts:
                parts[talk.event_id, speaker.pk].talks.append(talk)
    signups = (
        Signup.objects.active().filter(volunteer__in=people, shift__event__in=events).select_related("shift__lead")
    )
    for signup in signups.order_by("shift__starts_at"):
        parts[signup.shift.event_id, signup.volunteer_id].signups.append(signup)
    helpers = EventRole.objects.active().filter(person__in=people, event__in=events, role=Role.HELPER)
    for event_id, person_id in helpers.values_list("event_id", "person_id"):
        parts[event_id, person_id].helps = True
    rehearsed = [event for event in events if getattr(event, "rehearsal", None)]
    for one in rehearsal_people(rehearsed) if rehearsed else []:
        if (one.event_id, one.person.pk) in parts:
            parts[one.event_id, one.person.pk].rehearses = one
    return parts
