"""Names of people on pages: set apart, so that one that is written from right to left does not move the text around it (RULES 176)."""

from collections.abc import Iterable

from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext


def set_apart(name: object) -> SafeString:
    """The name as HTML; nothing for no name."""
    return format_html("<bdi>{}</bdi>", name) if name else SafeString("")


def set_apart_each(people: Iterable[object]) -> SafeString:
    """Several names in one line as HTML. Takes names or people."""
    between = pgettext("between names", ", ")
    return format_html_join(between, "<bdi>{}</bdi>", ((getattr(one, "name", one),) for one in people))


def with_names(words: str, **values: object) -> SafeString:
    """A translated sentence as HTML, with `values` in it. Names of people come through `set_apart`."""
    safe = {
        name: conditional_escape(value if isinstance(value, SafeString) else str(value))
        for name, value in values.items()
    }
    return mark_safe(escape(words) % safe)  # noqa: S308 - each part is escaped
