"""Limits for mails with codes and for wrong codes: by account, by network and in all (RULES 123, 124).

They are rows in PostgreSQL: they hold across processes, and a restart changes nothing. Account and network stand there as keyed
hashes, for a day.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, F, Value
from django.utils.crypto import salted_hmac

from meetups.accounts.models import Attempt, person_key

DAY = timedelta(days=1)
What = Attempt.What


@dataclass(frozen=True)
class Limit:
    """At most `most` attempts `within` a time that agree in `per`; with `waits`, of those whose code was not typed yet."""

    per: tuple[str, ...]
    most: int
    within: timedelta
    waits: bool = False


LIMITS: dict[str, tuple[Limit, ...]] = {
    What.MAIL: (
        Limit(("account", "network"), 3, timedelta(minutes=1)),
        # A stranger on another network cannot use up what is left for the owner of an address.
        Limit(("account", "network"), 15, DAY),
        Limit(("account",), 45, DAY),
        # Newcomers in one room: their places free one another, as soon as each has typed a code.
        Limit(("network",), 150, timedelta(minutes=5), waits=True),
        Limit(("network",), 2_000, DAY),
        Limit((), 20_000, DAY),
    ),
    What.WRONG_CODE: (
        Limit(("account", "network"), 20, DAY),
        Limit(("account",), 60, DAY),
        Limit(("network",), 300, DAY),
        Limit((), 10_000, DAY),
    ),
}


@dataclass(frozen=True)
class Visitor:
    """The account that a visitor is about, and the network from which they come. Both are hashes."""

    account: str
    network: str


def visitor(email: str, network: str) -> Visitor:
    """For the mailbox of `email` (RULES 16), whether it has an account or not, and the network address `network`."""
    return Visitor(_hash("account", person_key(email)), _hash("network", network))


def wait_until(what: str, who: Visitor, *, at: datetime) -> datetime | None:
    """The time from which `who` may try again. None if they may now."""
    first, *others = (_end(limit, what, who, at=at) for limit in LIMITS[what])
    return max(first.union(*others, all=True), default=None)


def _end(limit: Limit, what: str, who: Visitor, *, at: datetime) -> Any:
    """When the attempt that fills `limit` falls out of it; no row where it is not full."""
    agree = {key: getattr(who, key) for key in limit.per} | ({"is_proved": False} if limit.waits else {})
    same = Attempt.objects.filter(what=what, at__gt=at - limit.within, **agree).order_by("-at")
    end = ExpressionWrapper(F("at") + Value(limit.within), output_field=DateTimeField())
    return same.annotate(end=end).values_list("end", flat=True)[limit.most - 1 : limit.most]


def note(what: str, who: Visitor, *, at: datetime) -> None:
    """Counts one attempt."""
    Attempt.objects.create(what=what, account=who.account, network=who.network, at=at)


def note_proof(email: str) -> None:
    """The person typed the code that went to `email`, so their place no longer counts as one that waits."""
    Attempt.objects.filter(what=What.MAIL, account=_hash("account", person_key(email))).update(is_proved=True)


def wrong_codes_lately(at: datetime) -> int:
    """The number of wrong codes within an hour, in all."""
    return Attempt.objects.filter(what=What.WRONG_CODE, at__gt=at - timedelta(hours=1)).count()


def _hash(what: str, text: str) -> str:
    return salted_hmac(f"meetups.accounts.attempts.{what}", text, algorithm="sha256").hexdigest()[:40]
