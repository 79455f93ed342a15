"""An event becomes findable by the words that it has now."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.db.models import Func, TextField, Value

from meetups.core.texts.plain_text import as_text
from meetups.events.event_words import LANGUAGES
from meetups.events.models import Event
from meetups.events.venue import venue_of
from meetups.lifecycle.models import SearchDue, SearchEntry
from meetups.lifecycle.search.words import place_word, tag_word, words_in
from meetups.speakers.models import Talk


def index_event(*, event: int, at: datetime) -> bool:
    """Writes the search entry of the event with this primary key, if its words have changed. Returns whether it wrote.

    Names of people are not in it. Title and tags of a talk are, once it is confirmed.
    """
    with transaction.atomic(durable=True):
        SearchEntry.objects.get_or_create(pk=event)
        # Two that index one event do so one after the other, so the newest words stay.
        SearchEntry.objects.select_for_update().get(pk=event)
        # What is not committed yet is not deleted here, and will be due.
        due, _each = SearchDue.objects.filter(event=event).delete()
        if not due:
            return False
        known = Event.objects.select_related("community").get(pk=event)
        words = Value(sorted(_words(known)), output_field=ArrayField(TextField()))
        SearchEntry.objects.filter(pk=event).update(
            words=Func(words, function="array_to_tsvector"), starts_at=known.starts_at, is_over=known.is_over(at)
        )
        return True


def _words(event: Event) -> set[str]:
    talks = Talk.objects.on_programme().filter(event=event).values_list("title", "themes")
    tags = {tag for _title, themes in talks for tag in themes}
    places = [venue_of(event, language).lines for language in LANGUAGES]
    texts = [event.title, event.hashtag, event.community.name, *places, as_text(event.description)]
    texts += [event.other_title, as_text(event.other_description)]
    words = words_in("\n".join([*texts, *tags, *(title for title, _themes in talks)]))
    return words | {tag_word(tag) for tag in tags} | ({place_word(event.place_code)} if event.place_code else set())
