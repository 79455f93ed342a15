"""Texts about a lottery for pages and the desk, before and after the draw: its source of randomness, and its chances."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from meetups.registrations.lottery.randomness import MIRRORS, round_at, round_urls
from meetups.registrations.models import Lottery


@dataclass(frozen=True)
class SourceWords:
    """The texts about a source: `name` in a few words, and `why` and how far people can trust it.

    `links`, (host, URL), are where anyone can read the value.
    """

    name: str
    why: str
    links: list[tuple[str, str]] = field(default_factory=list)


def source_words(lottery: Lottery) -> SourceWords:
    """The texts about the source of `lottery`, in the reader's language."""
    if lottery.source == Lottery.Source.DRAND:
        number = round_at(lottery.draws_at)
        return SourceWords(
            _("drand, round %(number)s") % {"number": number},
            _(
                "A public beacon run by many independent organizations. This round is created at draw time; no "
                "one can know or choose it before."
            ),
            list(zip(MIRRORS, round_urls(number), strict=True)),
        )
    if lottery.source == Lottery.Source.ENTERED:
        return SourceWords(
            lottery.source_note,
            _(
                "A public value that doesn’t exist yet when entries close. An organizer enters it once, and "
                "everyone can compare."
            ),
        )
    return SourceWords(
        _("A secret of this site, made before entries opened"),
        _(
            "Its SHA-256 was published before entries opened, so it can’t be swapped. It’s the weaker "
            "proof: someone who knew the secret could have chosen entries."
        ),
    )


def chances_words(lottery: Lottery) -> str:
    """The declared weights of the lottery as a sentence (RULES 15); empty where every entry has one chance."""
    if not lottery.declares_weights:
        return ""
    sentence = {
        Lottery.Favours.LOST_LAST_TIME.value: _(
            "Three chances for those who got no seat last time, two for the others."
        ),
        Lottery.Favours.FIRST_TIME.value: _("Three chances for those who come for the first time, two for the others."),
        Lottery.Favours.NOBODY.value: _("Two chances for everyone."),
    }[lottery.favours]
    if lottery.lighter_for_no_shows:
        lighter = _("One chance for those who recently had a seat and didn’t come, without letting us know.")
        told = _(
            "The published list has no names, but it shows each entry’s chances. Anyone who knows your entry can tell."
        )
        sentence = f"{sentence} {lighter} {told}"
    return sentence
