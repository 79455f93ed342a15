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
# What a mail program makes a link of: an address with its scheme, or a name with a dot whose end is of letters.
WEB_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://[^\s<>「」（）]*|www\.[^\s<>「」（）]+"
    r"|(?P<host>(?:(?:[a-z0-9_-]+|[^\W\x00-\x7f]+)\.)+(?:[a-z]{2,}|xn--[a-z0-9-]+|みんな|コム|クラウド|ストア|セール|世界)(?![a-z0-9_-]))"
    r"(?::\d+)?(?:[/?#][^\s<>「」（）]*)?",
    re.IGNORECASE,
)
# Ends of files and of names in programs, and of communities that are called after a language. No host ends so.
NO_HOST = re.compile(
    r".+\.(?:[mc]?js|tsx?|jsx|txt|css|html?|json|ya?ml|toml|xml|csv|pdf|png|jpe?g|svg|php|java|sql|cpp|ini|cfg|exe|vue|ipynb|"
    r"rb|go|lisp|kt|swift|scala|clj|ex|env|log)|(?:asp|ado|vb|ml)\.net|(?:setup|manage|main|conftest|__init__)\.py|"
    r"(?:readme|changelog|contributing)\.md|(?:main|lib)\.rs",
    re.IGNORECASE,
)
# Hosts may end like these, but few: “S.Suzuki”, “Mr.Children”, “Shibuya.pm”.
NAMES = re.compile(r"(?:(?:[A-Z]|Mr|Ms|Mrs|Dr|Prof|St|Mt|Bldg)\.)+[A-Z][a-z]{2,}|[A-Z][a-z]+\.pm")
OPEN_TO_ALL = re.compile(
    r".+\.(?:com|net|org|info|biz|dev|app|xyz|site|shop|top|link|online|click|club|live|life|store|icu|pro|win|vip|fun|page|web|"
    r"website|space|tech|cloud|blog|news|today|world|work|zip|mov|bio|art|one|lol|buzz|asia|mobi|name|ink|run|bet)",
    re.IGNORECASE,
)
MOST_TO_STRANGERS = 300
# Of a text that is all one address hardly anything is left, but looking through it takes time.
MOST_READ = 4 * MOST_TO_STRANGERS
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
    """`text` for a mail to a person who did not ask for it (RULES 131): at most 300 characters, without web addresses.

    A name with a dot goes, whatever its end, if the end is of letters: new ends come every year. What stays: numbers and initials
    (v1.2, J.S. Bach), Japanese (例.えば), ends that no host has (Node.js, a.txt), a few known files (setup.py), and names of people
    with a capital and no blank (S.Suzuki), unless they end like addresses that anyone can buy.
    """
    return WEB_ADDRESS.sub(_unless_harmless, text[:MOST_READ])[:MOST_TO_STRANGERS]


def _unless_harmless(found: re.Match[str]) -> str:
    host = found["host"] or ""
    is_name = NAMES.fullmatch(host) and not OPEN_TO_ALL.fullmatch(host)
    if is_name or NO_HOST.fullmatch(host):
        return host + WEB_ADDRESS.sub(_unless_harmless, found[0][len(host) :])
    return "…"


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
