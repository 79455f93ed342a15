"""The words of an event in one language. Its organizers write it in one, and may write it in the other as well (RULES 214)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from meetups.events.models import Event

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@dataclass(frozen=True)
class EventWords:
    """Title, hook and text. `language` is that of title and hook, `text_language` that of the text."""

    language: str
    title: str
    hook: str
    description: str
    text_language: str

    @property
    def read_in(self) -> str:
        """The language that one has to read here."""
        return self.text_language if self.description else self.language


def words_of(event: "Event", language: str) -> EventWords:
    """The words for a reader of `language`: those in it where there are any, else the event's own.

    A second title can stand without a text: then the text is the event's own.
    """
    if not event.other_title or language != other_than(event.language):
        return EventWords(event.language, event.title, event.hook, event.description, event.language)
    if not event.other_description:
        return EventWords(language, event.other_title, event.other_hook, event.description, event.language)
    return EventWords(language, event.other_title, event.other_hook, event.other_description, language)


def other_than(language: str) -> str:
    """The site has two languages: the one that this isn't."""
    return next(code for code in LANGUAGES if code != language)
