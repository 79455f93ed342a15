"""Tags for texts that people wrote, which may be in another language than the page. It is a builtin, so no template loads it.

Screen readers and fonts need to know it: put `{{ … }}` of a filter here into the tag of the element that holds the text.
"""

import re

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()

JAPANESE = re.compile(r"[぀-ヿ㐀-鿿ｦ-ﾟ]")
TWO_LATIN_WORDS = re.compile(r"[A-Za-z]{2,}[^A-Za-z]+[A-Za-z]{2,}")


@register.filter
def lang(language: str | None) -> SafeString | str:
    """`lang="ja"` where the page is in another language: `<h1 {{ event.words.language|lang }}>`."""
    return format_html('lang="{}"', language) if language and language != get_language() else ""


@register.filter
def lang_of(text: object) -> SafeString | str:
    """The same for a text of which no one says its language: `<b {{ slot.name|lang_of }}>`. One word in Latin letters is in any."""
    return lang(_language_of(text))


@register.filter
def with_lang(text: object) -> SafeString | str:
    """Such a text for the inside of a sentence: in a `<span>` where its language is another."""
    attribute = lang_of(text)
    return format_html("<span {}>{}</span>", attribute, text) if attribute else str(text or "")


def _language_of(text: object) -> str:
    words = str(text or "")
    if JAPANESE.search(words):
        return "ja"
    return "en" if TWO_LATIN_WORDS.search(words) else ""


@register.filter
def written_in(language: str) -> str:
    """A line for readers of another language; empty for the others."""
    if not language or language == get_language():
        return ""
    return _("Written in Japanese") if language == "ja" else _("Written in English")


@register.filter
def words_written_in(text: object) -> str:
    """The same line for a text of which no one says its language."""
    return written_in(_language_of(text))
