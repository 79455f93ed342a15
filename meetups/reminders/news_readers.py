"""Who is told of a new event, and of the opening of registration. A step of planning, and asked again when the mail leaves."""

from datetime import datetime

from meetups.events.models import Event
from meetups.lifecycle.visibility import asked_for_news, those_who_see
from meetups.notifications.models import Notification, Preference, Topic
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.models import Registration
from meetups.speakers.models import CoSpeaker, Talk
from meetups.volunteers.models import Signup


def news_readers(event: Event) -> set[int]:
    """The primary keys of those who asked for the community's new events before this one, and may find it in lists (RULES 158).

    Empty for an event that no list shows to people outside the team.
    """
    if event.state == Event.State.DRAFT:
        return set()
    asked = asked_for_news(event)
    return set(asked.filter(chosen_at__lt=event.published_at).values_list("person", flat=True))


def with_a_part(event: Event, people: set[int]) -> set[int]:
    """Those of `people` who know of the event already: they are registered, speak, or have or asked for a shift. Four queries."""
    there = Registration.objects.active().filter(event=event, attendee__in=people).values_list("attendee", flat=True)
    speak = Talk.objects.alive().filter(event=event, speaker__in=people).values_list("speaker", flat=True)
    joined = CoSpeaker.objects.active().filter(talk__event=event, person__in=people).values_list("person", flat=True)
    shifts = Signup.objects.filter(shift__event=event, volunteer__in=people).values_list("volunteer", flat=True)
    return {*there, *speak, *joined, *shifts}


def opening_readers(event: Event) -> set[int]:
    """The primary keys of those who asked to be told when registration opens, still see the event, and have no part in it."""
    asked = Preference.objects.filter(topic=Topic.OPENING, thread=event.thread, wanted=True)
    people = set(those_who_see(event, asked.values_list("person", flat=True)))
    return people - with_a_part(event, people) if people else people


def without_those_told(kind: str, event: Event, readers: set[int]) -> set[int]:
    told = Notification.objects.filter(thread=event.thread, kind=kind)
    return readers - set(told.values_list("recipient", flat=True))


def tell(kind: str, event: Event, people: set[int], *, at: datetime, due_at: datetime | None = None) -> int:
    """One message to each, for ever, that leaves at `due_at` (usually `at`). Returns their number."""
    return notify_all(
        notification(
            kind=kind,
            recipient_id=person,
            thread=event.thread,
            subject=f"event:{event.pk}",
            cause=1,
            at=at,
            due_at=due_at,
            not_after=event.starts_at,
        )
        for person in sorted(people)
    )
