"""Whose a mail is: the community at its head, and what its first line in a list of mails says.

Notifications know threads only. The room that knows the communities behind them says how to find them.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from meetups.core.texts.email_layout import Content, Masthead
from meetups.core.texts.safe_text import for_strangers

type Finder = Callable[[Collection[str]], Mapping[str, Masthead]]

_finders: list[Finder] = []
# What stands between the news and the event in a subject line.
SEPARATORS = (": ", "：")


def finds_mastheads(finder: Finder) -> Finder:
    """Decorator: the function gives the mastheads of threads. It does not depend on the reader."""
    _finders.append(finder)
    return finder


def mastheads_of(threads: Collection[str]) -> dict[str, Masthead]:
    """The mastheads of these threads, in a few queries. A letter about an account has no thread and none."""
    found: dict[str, Masthead] = {}
    if threads:
        for finder in _finders:
            found |= finder(threads)
    return found


def masthead_for_strangers(masthead: Masthead) -> Masthead:
    """The masthead of a mail to an address that has no account: what people wrote is as harmless as the rest (RULES 131)."""
    return replace(
        masthead,
        name=for_strangers(masthead.name),
        organizers=tuple(map(for_strangers, masthead.organizers)),
        about=for_strangers(str(masthead.about)),
        place=for_strangers(str(masthead.place)),
    )


def shorten_heading(part: Content, masthead: Masthead) -> Content:
    """The part without the name of the event in its heading: the text below says it."""
    about = str(masthead.about)
    if part.heading or not about:
        return part
    for separator in SEPARATORS:
        news = part.title.removesuffix(f"{separator}{about}")
        if news != part.title and about in part.lead:
            return replace(part, heading=news)
    return part
