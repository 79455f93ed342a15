"""Who is told of a new event. A step of planning, and asked again when the mail leaves."""

from meetups.events.models import Event
from meetups.lifecycle.visibility import asked_for_news
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
