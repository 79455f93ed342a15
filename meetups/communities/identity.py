"""What a community is recognised by: a hue, a letter and a pattern, from its slug and name.

The lists are frozen: a hue or pattern added to `HUES_BY_SLUG` or `PATTERNS_BY_SLUG` would give every community another face. A new
one can only be chosen.
"""

import hashlib
import re
import unicodedata
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Hue(models.TextChoices):
    """The colours. Their values are in `static/css/parts/face/hues.css`; those for mails and pictures in `INKS`."""

    BOTAN = "botan", pgettext_lazy("colour", "Peony")
    AYAME = "ayame", pgettext_lazy("colour", "Iris")
    FUJI = "fuji", pgettext_lazy("colour", "Wisteria")
    KIKYO = "kikyo", pgettext_lazy("colour", "Bellflower")
    TSUYUKUSA = "tsuyukusa", pgettext_lazy("colour", "Dayflower")
    ASAGI = "asagi", pgettext_lazy("colour", "Lagoon")
    SEIHEKI = "seiheki", pgettext_lazy("colour", "Deep teal")
    MOEGI = "moegi", pgettext_lazy("colour", "Fresh green")
    YAMABUKI = "yamabuki", pgettext_lazy("colour", "Golden yellow")
    KURI = "kuri", pgettext_lazy("colour", "Chestnut")


class Pattern(models.TextChoices):
    """The traditional patterns: `patterns` draws them."""

    SEIGAIHA = "seigaiha", pgettext_lazy("pattern", "Waves")
    ASANOHA = "asanoha", pgettext_lazy("pattern", "Hemp leaves")
    ICHIMATSU = "ichimatsu", pgettext_lazy("pattern", "Checkers")
    SHIPPO = "shippo", pgettext_lazy("pattern", "Linked circles")
    UROKO = "uroko", pgettext_lazy("pattern", "Fish scales")
    KIKKO = "kikko", pgettext_lazy("pattern", "Tortoiseshell")
    YAGASURI = "yagasuri", pgettext_lazy("pattern", "Arrow feathers")
    MAMESHIBORI = "mameshibori", pgettext_lazy("pattern", "Dots")


HUES_BY_SLUG = tuple(Hue)[:10]
PATTERNS_BY_SLUG = tuple(Pattern)[:8]
SCALES_BY_SLUG = (0.75, 1, 1.4)

# The fill of the hue and the letter on it, in the light and in the dark, for mails and pictures.
INKS: dict[str, tuple[str, str, str, str]] = {
    Hue.BOTAN: ("#ab3573", "#fef8fa", "#e48ab3", "#201017"),
    Hue.AYAME: ("#7c3990", "#fcf9fd", "#c894d8", "#1c121f"),
    Hue.FUJI: ("#705aaf", "#faf9fe", "#b3a6e8", "#161322"),
    Hue.KIKYO: ("#3d41a0", "#f9fafe", "#929ee9", "#121524"),
    Hue.TSUYUKUSA: ("#266eb4", "#f7fafe", "#75afee", "#0b1723"),
    Hue.ASAGI: ("#167792", "#f6fbfd", "#6fc1dd", "#08191e"),
    Hue.SEIHEKI: ("#146866", "#f6fbfb", "#73c9c1", "#071a18"),
    Hue.MOEGI: ("#587826", "#f9fbf7", "#aacc74", "#131809"),
    Hue.YAMABUKI: ("#f1b638", "#2b1f11", "#efc05b", "#1c1506"),
    Hue.KURI: ("#684330", "#fdf9f6", "#a99480", "#1c140c"),
}

# Words that say "a meetup" and not which one.
GENERIC = re.compile(
    r"(勉強会|研究会|読書会|輪読会|もくもく会?|ミートアップ|コミュニティ|ユーザー会|友の会|クラブ|サークル|の会$|会$|部$"
    r"|(?<![a-z])(meetups?|study|group|users?|community|club|the)(?![a-z]))",
    re.IGNORECASE,
)
LAST_RESORT = "会"


def hue_of(slug: str) -> str:
    return HUES_BY_SLUG[_seed(slug)[0] % len(HUES_BY_SLUG)].value


def pattern_of(slug: str) -> str:
    return PATTERNS_BY_SLUG[_seed(slug)[1] % len(PATTERNS_BY_SLUG)].value


def scale_of(slug: str) -> float:
    """How large the pattern is drawn."""
    return SCALES_BY_SLUG[_seed(slug)[2] % len(SCALES_BY_SLUG)]


@lru_cache(maxsize=4096)
def letter_of(name: str) -> str:
    """The first letter or digit of the name without its generic words, else of the whole name."""
    name = unicodedata.normalize("NFKC", name)
    found = (letter for text in (GENERIC.sub("", name), name) for letter in text if _is_letter(letter))
    return capital(next(found, LAST_RESORT))


def capital(letter: str) -> str:
    """The letter in upper case, where that is one letter as well."""
    upper = letter.upper()
    return upper if len(upper) == 1 else letter


def one_letter(typed: str) -> str:
    """What was typed for a seal, as it stands on it. Raises ValidationError for more than one letter, marks and emoji."""
    letter = unicodedata.normalize("NFKC", typed.strip())
    if not all(_is_letter(each) for each in letter):
        raise ValidationError(_("A seal takes a letter or a digit. Emoji and punctuation marks can’t be cut into it."))
    if len(letter) > 1:
        raise ValidationError(_("A seal has room for one letter. “%(letter)s” is longer."), params={"letter": letter})
    return capital(letter)


@lru_cache(maxsize=4096)
def _seed(slug: str) -> bytes:
    return hashlib.sha256(slug.encode()).digest()


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LN"
