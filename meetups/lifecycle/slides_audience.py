"""The people who are told that slides are available."""

from meetups.events.models import Event
from meetups.lifecycle.participants import parts_of
from meetups.notifications.models import Preference, Topic


def told_of_slides(event: Event) -> list[int]:
    """The primary keys of everyone who has a part in the event: attendees, people who did not get a seat, speakers and
    volunteers. Leaves out people who cancelled or unsubscribed from such news (RULES 95). A few queries, however many people.
    """
    people = {part.person.pk for part in parts_of(event)}
    unwanted = Preference.objects.filter(topic=Topic.AFTERWARDS, thread=event.community.thread, wanted=False)
    return sorted(people - set(unwanted.values_list("person_id", flat=True)))
