"""Rules that proposals to an event and to a community share."""

from collections.abc import Iterable
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError

# Organizers read each proposal. A person who sends more than this at once does not mean them to be read.
OPEN_PROPOSALS = 5


class TooManyProposals(DomainError):
    message = _("Several of your proposals are already awaiting a reply. Please wait, or withdraw one.")


class CallIsClosed(DomainError):
    message = _("Proposals are closed. What you typed is still here, so you can copy it.")


class _Proposed(Protocol):
    title: str
    abstract: str
    minutes: int


def the_same[P: _Proposed](waiting: Iterable[P], *, title: str, abstract: str, minutes: int) -> P | None:
    """The one of `waiting` with these words: a second click on a form without scripts proposes nothing new (RULES 269)."""
    return next((one for one in waiting if (one.title, one.abstract, one.minutes) == (title, abstract, minutes)), None)
