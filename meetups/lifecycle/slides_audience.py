"""Who is told that slides are there."""

from meetups.events.models import Event
from meetups.lifecycle.participants import parts_of
from meetups.notifications.models import Preference, Topic


def told_of_slides(event: Event) -> list[int]:
    """The primary keys of all who have a part in the event: who came, who did not get in, speakers and volunteers. Not who cancelled, and
    not who does without such news (RULES 95). A few queries, any size.
    """
    people = {part.person.pk for part in parts_of(event)}
    unwanted = Preference.objects.filter(topic=Topic.AFTERWARDS, thread=event.community.thread, wanted=False)
    return sorted(people - set(unwanted.values_list("person_id", flat=True)))
