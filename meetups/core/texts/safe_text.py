"""Checks for names that others read in a list, and for links that others follow."""

import re
import unicodedata
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Letters and marks that are invisible: Hangul fillers, the empty Braille cell, and the joiner of combining marks.
BLANK = "\u115f\u1160\u3164\uffa0\u2800\u034f"
# Joiners belong into emoji of several people, and into words of scripts whose letters join.
JOINERS = "\u200c\u200d"
JOINING = (
    *("ARABIC", "SYRIAC", "MONGOLIAN", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU"),
    *("KANNADA", "MALAYALAM", "SINHALA", "KHMER", "MYANMAR", "TIBETAN"),
)
# What a mail program makes a link of. Names of software that look like it (Node.js, ASP.NET) stay.
WEB_ADDRESS = re.compile(
    r"\w+://[^\s<>「」（）]*|www\.[^\s<>「」（）]+|(?<![\w.-])(?!asp\.net\b)(?:[a-z0-9-]+\.)+"
    r"(?:[a-z]{2,}/[^\s<>「」（）]*|(?:com|net|org|info|biz|jp|io|dev|app|me|co|xyz|site|shop|top|link|ly|ru|cn|tk|cc|uk|de)\b)",
    re.ASCII | re.IGNORECASE,
)
MOST_TO_STRANGERS = 300
# The first words of Unicode's names for Japanese letters.
JAPANESE = ("CJK UNIFIED", "HIRAGANA", "KATAKANA")


def validate_visible(text: str) -> None:
    """Raises ValidationError for text without a visible character, and for characters that change how others read a line.

    These are control characters, line separators, invisible characters, and those that turn the direction of writing
    around. Text in a script that is written from right to left needs none of them.
    """
    kinds = [unicodedata.category(character) for character in text]
    if {"Cc", "Zl", "Zp"} & {*kinds}:
        raise ValidationError(_("Line breaks and control characters can’t be used here."))
    if not any(kind[0] not in "CZ" and character not in BLANK for kind, character in zip(kinds, text, strict=True)):
        raise ValidationError(_("Type at least one visible character."))
    for place, (kind, character) in enumerate(zip(kinds, text, strict=True)):
        if character in BLANK or (kind == "Cf" and not _joins(text, place)):
            raise ValidationError(
                _("There’s an invisible character here (U+%(code)s). Delete the text and type it again."),
                params={"code": f"{ord(character):04X}"},
            )


def without_invisible(text: str) -> str:
    """`text` without the invisible characters that `validate_visible` refuses, for names from a file."""
    return "".join(
        character
        for place, character in enumerate(text)
        if character not in BLANK and (unicodedata.category(character) != "Cf" or _joins(text, place))
    )


def _joins(text: str, place: int) -> bool:
    """Whether the character is a joiner between two parts of an emoji, or in a word of a script whose letters join."""
    if text[place] not in JOINERS or not 0 < place < len(text) - 1:
        return False
    before, after = text[place - 1], text[place + 1]
    if unicodedata.name(before, "").startswith(JOINING):
        return unicodedata.name(after, "").startswith(JOINING)
    # A picture, or its colour or form, before the next picture.
    return (unicodedata.category(before) in {"So", "Sk"} or before == "\ufe0f") and unicodedata.category(after) == "So"


def for_strangers(text: str) -> str:
    """`text` for a mail to a person who did not ask for it (RULES 131): at most 300 characters, without web addresses."""
    return " ".join(WEB_ADDRESS.sub("…", text).split(" "))[:MOST_TO_STRANGERS]


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
