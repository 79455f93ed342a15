"""The words by which talks are found again."""

import re
import unicodedata
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import F, Func
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from meetups.communities.models import Community
from meetups.core.errors import DomainError
from meetups.core.texts.safe_text import validate_visible
from meetups.speakers.models import Talk
from meetups.speakers.models.talk import TalkQuerySet

THEMES = 5
LONGEST = 40
# A comma in either script, and what Japanese keyboards offer between words of a list.
BETWEEN = re.compile(r"[,、，､;；\n]")


class TooManyThemes(DomainError):
    message = _("At most 5 tags, please.")


class ThemeTooLong(DomainError):
    message = _("“%(theme)s…” is too long: a tag can have at most 40 characters.")


class ThemeUnreadable(DomainError):
    message = _("A tag is a word or two that people can read.")


def themes_in(words: str) -> list[str]:
    """The themes in a line that somebody typed: NFKC, single spaces, each once, in the order given.

    Raises TooManyThemes, ThemeTooLong, ThemeUnreadable.
    """
    found: dict[str, str] = {}
    for word in BETWEEN.split(words):
        theme = " ".join(unicodedata.normalize("NFKC", word).split()).lstrip("#").strip()
        if not theme:
            continue
        if len(theme) > LONGEST:
            raise ThemeTooLong(theme=theme[:LONGEST])
        try:
            validate_visible(theme)
        except ValidationError:
            raise ThemeUnreadable from None
        found.setdefault(theme.casefold(), theme)
    if len(found) > THEMES:
        raise TooManyThemes
    return list(found.values())


def in_one_line(themes: Iterable[str]) -> str:
    """The themes as somebody would type them, in the active language."""
    return pgettext("between names", ", ").join(themes)


def known_spellings(community: Community) -> dict[str, str]:
    """How the community writes each theme, by the theme without capitals; of several spellings the one of the latest talk. One query."""
    return spellings(Talk.objects.filter(event__community=community))


def spellings(talks: TalkQuerySet) -> dict[str, str]:
    """How these talks write each theme, as above."""
    used = talks.annotate(theme=Func(F("themes"), function="unnest"))
    return {theme.casefold(): theme for theme in used.order_by("pk").values_list("theme", flat=True)}
