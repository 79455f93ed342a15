"""Words of an organizer's message that each reader gets as their own: `{{name}}` (RULES 192)."""

import re
from collections.abc import Iterable

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.core.links import link
from meetups.events.facts import where
from meetups.events.models import Event

# Japanese keyboards make wide braces. A word whose braces are not closed is found too, so that it is refused.
WORD = re.compile(r"[{｛]{2}(?P<name>[^{}｛｝\n]{0,40})(?P<end>[}｝]{0,2})")
NAMES = {
    "name": "name",
    "名前": "name",
    "お名前": "name",
    "event": "event",
    "イベント": "event",
    "イベント名": "event",
    "date": "date",
    "日時": "date",
    "venue": "venue",
    "会場": "venue",
    "page": "page",
    "ページ": "page",
    "questions": "questions",
    "質問": "questions",
}
# They are links in a mail, and have no letters of Markdown.
ADDRESSES = {"page", "questions"}
MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")


def variables() -> list[tuple[str, str]]:
    """Each variable as one types it in the active language, with what it becomes."""
    return [
        (pgettext("variable", "name"), _("the reader’s name")),
        (pgettext("variable", "event"), _("the title of the event")),
        (pgettext("variable", "date"), _("date and time")),
        (pgettext("variable", "venue"), _("the venue")),
        (pgettext("variable", "page"), _("the address of the event page")),
        (pgettext("variable", "questions"), _("the address of the questions to answer")),
    ]


def _name(word: re.Match[str]) -> str | None:
    return NAMES.get(word["name"].strip().lower()) if len(word["end"]) == 2 else None


def unknown_in(text: str) -> list[str]:
    """The words in double braces that are no variable, as they were typed, each once."""
    return list(dict.fromkeys(word[0].strip() for word in WORD.finditer(text) if not _name(word)))


def used_in(texts: Iterable[str]) -> list[str]:
    """The variables in `texts`, by their English name, each once."""
    names = (_name(word) for text in texts for word in WORD.finditer(text))
    return [name for name in dict.fromkeys(names) if name]


def values_for(event: Event, reader: str) -> dict[str, str]:
    """What each variable becomes for the reader of that name, in the active language."""
    return {
        "name": reader,
        "event": event.words.title,
        "date": dates.event_time(event.starts_at, event.ends_at, event.time_zone, get_language() or "en"),
        "venue": where(event) or "–",
        "page": link("event", event.public_id),
        "questions": link("registration_answers", event.public_id),
    }


def fill_in(text: str, values: dict[str, str], *, markdown: bool = False) -> str:
    """`text` with its variables replaced. In Markdown what comes in stays words: no star in a name makes it bold."""

    def value(word: re.Match[str]) -> str:
        name = _name(word)
        if name is None:
            return word[0]
        plain = " ".join(values[name].split())
        return MARKDOWN.sub(r"\\\1", plain) if markdown and name not in ADDRESSES else plain

    return WORD.sub(value, text)
