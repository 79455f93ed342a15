"""The prefectures in which most of the events ahead are: a filter each."""

from collections import Counter
from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from meetups.core.prefectures import prefecture_name
from meetups.events.models import Event
from meetups.pages.site.cached_figures import cached

MOST = 3
# Which places are frequent shows in the events of the next weeks.
LOOKED_AT = 300
READ = ("format", "prefecture", "venue_address", "time_zone")


def usual_places(at: datetime, asked: str = "") -> list[tuple[str, str]]:
    """Codes and names, the most frequent first, and the one that is `asked` for, if it is none of them. A query, now and then."""
    codes: list[str] = cached("places of events", lambda: _usual(at))
    if asked and asked not in codes:
        codes = [*codes, asked]
    return [(code, prefecture_name(code)) for code in codes]


def _usual(at: datetime) -> list[str]:
    events = Event.objects.listed_for(AnonymousUser()).published().ahead(at).only(*READ)[:LOOKED_AT]
    found = Counter(event.place_code for event in events if event.place_code)
    return [code for code, _count in found.most_common(MOST)]
