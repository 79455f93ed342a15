"""The sources of a lottery's random value: three of them, announced beforehand (LOTTERY.md).

If a source cannot give a value now, it gives one later or never; no other source replaces it. If someone could force a fallback
by silencing the first source, the draw would be no proof.
"""

import hashlib
import logging
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError
from meetups.core.http_client import NoAnswer, get_json
from meetups.registrations.models import Lottery

logger = logging.getLogger(__name__)

# drand's "quicknet", https://drand.love: a round every three seconds, signed by a threshold of independent organizations.
QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
FIRST_ROUND_AT = datetime.fromtimestamp(1692803367, UTC)
ROUND_EVERY = timedelta(seconds=3)
MIRRORS = ("api.drand.sh", "drand.cloudflare.com")
SIGNATURE = re.compile(r"[0-9a-f]{96}")

LONGEST_VALUE = 200


class SourceSilent(DomainError):
    message = _(
        "The public source of the random value hasn’t answered yet, or its two mirrors disagree. We "
        "keep asking and run the draw as soon as it answers. No other value is used."
    )
    status = 503


class NotAValue(DomainError):
    message = _("Enter the value on one line of at most %(longest)s characters.")
    status = 400


def round_at(instant: datetime) -> int:
    """The number of the first quicknet round at or after `instant` (aware)."""
    since = instant - FIRST_ROUND_AT
    # Floor division rounds down; two negations make it round up.
    return -(-since // ROUND_EVERY) + 1


def round_urls(number: int) -> list[str]:
    """The addresses where anyone can read the round `number`: one for each mirror."""
    return [f"https://{mirror}/{QUICKNET}/public/{number}" for mirror in MIRRORS]


def agreed_value(number: int, answers: Sequence[object]) -> str | None:
    """The 64 hex digits of the round `number`, if every answer gives the same and they are the hash of its signature; else None."""
    values = {_randomness(number, answer) for answer in answers}
    return values.pop() if len(values) == 1 else None


def _randomness(number: int, answer: object) -> str | None:
    """The value that one mirror gives; None if its answer is not consistent."""
    if not isinstance(answer, dict) or answer.get("round") != number:
        return None
    signature, randomness = answer.get("signature"), answer.get("randomness")
    if not isinstance(signature, str) or not SIGNATURE.fullmatch(signature):
        return None
    value = hashlib.sha256(bytes.fromhex(signature)).hexdigest()
    return value if randomness == value else None


def drand(lottery: Lottery) -> str:
    """(a) The value of the first quicknet round at or after D, if two mirrors agree on it. Raises SourceSilent."""
    number = round_at(lottery.draws_at)
    try:
        value = agreed_value(number, [get_json(url) for url in round_urls(number)])
    except NoAnswer as why:
        logger.warning("drand round %s: %s", number, why)
        raise SourceSilent from why
    if value is None:
        logger.error("drand round %s: the mirrors do not agree, or an answer does not hold together.", number)
        raise SourceSilent
    return value


def entered_value(lottery: Lottery) -> str:
    """(b) The value that an organizer entered (`enter_value`); nothing can be fetched. Raises SourceSilent until then."""
    if not lottery.value:
        raise SourceSilent
    return lottery.value


def secret(lottery: Lottery) -> str:
    """(c) The secret whose hash was published before entries opened."""
    return lottery.secret


SOURCES: dict[str, Callable[[Lottery], str]] = {
    Lottery.Source.DRAND: drand,
    Lottery.Source.ENTERED: entered_value,
    Lottery.Source.SECRET: secret,
}


def value_of(lottery: Lottery) -> str:
    """The random value, from the announced source. It may make a network request, so no lock may be held. Raises SourceSilent."""
    return SOURCES[lottery.source](lottery)


def awaits_entry(lottery: Lottery, at: datetime) -> bool:
    """Whether an organizer should enter the value now: this was announced, the manifest is fixed, and D has come."""
    is_due = lottery.state == Lottery.State.FROZEN and lottery.draws_at <= at
    return is_due and lottery.source == Lottery.Source.ENTERED


def as_entered(text: str) -> str:
    """The standard form of a value that a person types. Letters keep their case.

    NFKC is applied (full-width digits become the usual ones), spaces at both ends are removed, and there is one space between
    words. Raises NotAValue for an empty text, several lines, control characters, or a text that is too long.
    """
    normal = unicodedata.normalize("NFKC", text).strip()
    value = re.sub(r" +", " ", normal)
    if not value or len(value) > LONGEST_VALUE or not value.isprintable():
        raise NotAValue(longest=LONGEST_VALUE)
    return value
