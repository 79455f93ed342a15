"""Finding events by words, tag and prefecture."""

from django.contrib.postgres.search import SearchQuery

from meetups.events.models import EventQuerySet
from meetups.lifecycle.search.words import place_word, query, tag_word


class _Words(SearchQuery):
    """A `tsquery` as it stands. PostgreSQL's own parsers know no Japanese words."""

    template = "%(expressions)s::tsquery"


# What is found is in order by this, or by its reverse.
START = "search_entry__starts_at"


def found(
    events: EventQuerySet, *, words: str = "", tag: str = "", prefecture: str = "", is_ahead: bool = False
) -> EventQuerySet:
    """Those of `events` with every word in title, text, venue, community, talks or tags; with the tag; in the prefecture.

    They are soonest first with `is_ahead`, which says that none is over, and else latest first. Words without a single letter find
    nothing. What was changed in the last seconds may be missing (RULES 166).
    """
    exactly = [*([tag_word(tag)] if tag else []), *([place_word(prefecture)] if prefecture else [])]
    asked = query(words, *exactly)
    if words and asked == query("", *exactly):
        return events.none()
    matching: EventQuerySet = events.filter(**({"search_entry__words": _Words(asked)} if asked else {}))
    if is_ahead:
        return matching.filter(search_entry__is_over=False).order_by(START, "pk")
    return matching.order_by(f"-{START}", "-pk")
