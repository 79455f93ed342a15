"""Checks for names that others read in a list, and for links that others follow."""

import re
import unicodedata
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Characters in the category of letters that look blank: Hangul fillers and the empty Braille cell.
BLANK = "\u115f\u1160\u3164\uffa0\u2800"
# The first words of Unicode's names for Japanese letters.
JAPANESE = ("CJK UNIFIED", "HIRAGANA", "KATAKANA")


def validate_visible(text: str) -> None:
    """Raises ValidationError for control characters, and for text without a visible character."""
    kinds = [unicodedata.category(character) for character in text]
    if "Cc" in kinds:
        raise ValidationError(_("Line breaks and control characters can’t be used here."))
    if not any(kind[0] not in "CZ" and character not in BLANK for kind, character in zip(kinds, text, strict=True)):
        raise ValidationError(_("Type at least one visible character."))


def natural(name: str) -> tuple[tuple[str, int], ...]:
    """A key to sort names as people do: numbers by their size (2 before 10), upper and lower case alike."""
    return tuple((words.casefold(), int(number or 0)) for words, number in re.findall(r"(\D*)([0-9]{0,18})", name))


def leads_where_it_says(url: str) -> bool:
    """Whether every reader of `url` (a person, a browser, this program) sees the same host in it.

    Browsers read a backslash as a slash, but Python reads the text before it as a name and password. People often take the text
    before an `@` for the host. Some characters turn the direction of writing around or are invisible.
    """
    try:
        parts = urlsplit(url)
        known = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    hides = any(unicodedata.category(character)[0] in "CZ" for character in url)
    return known and not hides and "\\" not in url and "@" not in parts.netloc


def host_of(url: str) -> str:
    """The host of `url` for people to read.

    Letters that are neither Latin nor Japanese may look like other letters. A host with such letters is written in its ASCII form
    (RFC 5890).
    """
    host = urlsplit(url).hostname or ""
    if all(letter.isascii() or unicodedata.name(letter, "").startswith(JAPANESE) for letter in host):
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return ascii(host)
