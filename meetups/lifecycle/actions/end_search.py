"""Events that are over leave the index of what is ahead."""

from datetime import datetime

from meetups.events.models import Event
from meetups.lifecycle.models import SearchEntry


def end_search(*, at: datetime) -> int:
    """Marks the entries of events that had ended by `at`. Returns their number. One that gets a later date is indexed anew."""
    # The few that have begun are asked for first. A join would read every past event.
    begun = SearchEntry.objects.filter(is_over=False, starts_at__lte=at).values_list("event", flat=True)
    over = Event.objects.filter(pk__in=list(begun), ends_at__lte=at).values_list("pk", flat=True)
    return SearchEntry.objects.filter(is_over=False, event__in=list(over)).update(is_over=True)
