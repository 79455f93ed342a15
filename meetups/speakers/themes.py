"""The tags (themes) by which talks are found again."""

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
# Western and Japanese commas, and other separators that Japanese keyboards offer.
BETWEEN = re.compile(r"[,、，､;；\n]")


class TooManyThemes(DomainError):
    message = _("At most 5 tags, please.")


class ThemeTooLong(DomainError):
    message = _("“%(theme)s…” is too long: a tag can have at most 40 characters.")


class ThemeUnreadable(DomainError):
    message = _("A tag is a word or two that people can read.")


def themes_in(words: str) -> list[str]:
    """The themes in a line that someone typed: NFKC, single spaces, each once, in the given order.

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


def themes_of_two(before: list[str], theirs: list[str], mine: list[str]) -> list[str]:
    """What two people made of the themes `before`: what either added is there, what either took out is not.

    Raises TooManyThemes where both added too many.
    """
    was, there, here = ({theme.casefold(): theme for theme in themes} for themes in (before, theirs, mine))
    if there.keys() == was.keys():
        return mine
    stay = [theme for key, theme in there.items() if key in here or key not in was]
    added = [theme for key, theme in here.items() if key not in was and key not in there]
    if len(stay) + len(added) > THEMES:
        raise TooManyThemes
    return stay + added


def in_one_line(themes: Iterable[str]) -> str:
    """The themes as a person would type them, in the active language."""
    return pgettext("between names", ", ").join(themes)


def known_spellings(community: Community) -> dict[str, str]:
    """The community's spelling of each theme, by the case-folded theme. One query.

    If there are several spellings, the latest talk decides.
    """
    return spellings(Talk.objects.filter(event__community=community))


def spellings(talks: TalkQuerySet) -> dict[str, str]:
    """The spelling of each theme in these talks, with the same keys and the same choice as `known_spellings`."""
    used = talks.annotate(theme=Func(F("themes"), function="unnest"))
    return {theme.casefold(): theme for theme in used.order_by("pk").values_list("theme", flat=True)}
