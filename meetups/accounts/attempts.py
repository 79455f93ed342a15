"""Limits for mails with codes and for wrong codes: by account, by network and in all (RULES 123, 124).

They are rows in PostgreSQL: they hold across processes, and a restart changes nothing. Account and network stand there as keyed
hashes, for a day. A browser in which an account was signed in before has limits of its own for it, which strangers can't use up.

What is tried is counted first and done then (RULES 268): many requests in the same moment get no more than as many one after the
other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Value
from django.utils.crypto import constant_time_compare, salted_hmac

from meetups.accounts.models import Attempt, person_key
from meetups.core.sql_statements import Statement

DAY = timedelta(days=1)
# A code in a session is worth nothing after so many wrong ones. Those that sessions count themselves are for their pages: of two
# requests in the same moment one overwrites the other.
TRIES = 3
# Advisory locks are pairs of numbers. Always in this order, so that no two requests wait for one another; the total comes last.
ACCOUNT_LOCK, NETWORK_LOCK, TOTAL_LOCK = 5349, 5350, 5351
TAKE_ACCOUNT = Statement(f"SELECT pg_advisory_xact_lock({ACCOUNT_LOCK}, %(account)s::int)")
TAKE_ALL = Statement(f"""
    SELECT pg_advisory_xact_lock({ACCOUNT_LOCK}, %(account)s::int), pg_advisory_xact_lock({NETWORK_LOCK}, %(network)s::int),
        pg_advisory_xact_lock({TOTAL_LOCK}, 0)
""")
What = Attempt.What


class MustWait(Exception):
    """No further attempt until `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class CodeIsUsedUp(Exception):
    """So many wrong ones were typed for this code that it is worth nothing."""


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
    """The account that a visitor is about, and the network from which they come. Both are hashes.

    `is_known`: the account was signed in in this browser before. Its attempts are counted apart from those of strangers.
    """

    account: str
    network: str
    is_known: bool = False


def visitor(email: str, network: str, *, mark: str = "") -> Visitor:
    """For the mailbox of `email` (RULES 16), whether it has an account or not, and the network address `network`.

    `mark` is what the browser keeps of the account that was signed in there last.
    """
    is_known = constant_time_compare(mark, mark_of(email))
    return Visitor(_hash("known" if is_known else "account", person_key(email)), _hash("network", network), is_known)


def mark_of(email: str) -> str:
    """What a browser keeps of an account that was signed in there."""
    return _hash("browser", person_key(email))


def take(what: str, who: Visitor, *, at: datetime, code: str = "") -> Attempt:
    """Counts one attempt by `who`; for a guess, `code` is the one that is guessed, if any. Raises MustWait, CodeIsUsedUp, and counts none.

    The locks are held while two statements run, and never while a mail is written or an event is waited for.
    """
    of_code = _hash("code", f"{who.account} {code}") if code else ""
    with transaction.atomic():
        _take_locks(who.account, "" if who.is_known else who.network)
        until = _wait_until(what, who, at=at)
        if until:
            raise MustWait(until)
        if of_code and Attempt.objects.filter(what=what, account=who.account, code=of_code).count() >= TRIES:
            raise CodeIsUsedUp
        return Attempt.objects.create(what=what, account=who.account, network=who.network, code=of_code, at=at)


def give_back(attempt: Attempt) -> None:
    """It was none after all: the code was right, or no mail left."""
    Attempt.objects.filter(pk=attempt.pk).delete()


def _take_locks(account: str, network: str = "") -> None:
    """Waits for all who share a limit. A statement of its own: what counts next must see what their last holders committed."""
    if network:
        TAKE_ALL.one(account=_number(account), network=_number(network))
    else:
        TAKE_ACCOUNT.one(account=_number(account))


def _number(whose: str) -> int:
    return int.from_bytes(bytes.fromhex(whose[:8]), signed=True)


def _wait_until(what: str, who: Visitor, *, at: datetime) -> datetime | None:
    """The time from which `who` may try again. None if they may now. What others did on their network, or anywhere, stops no one who is known."""
    return _latest_end(
        [limit for limit in LIMITS[what] if "account" in limit.per or not who.is_known], what, who, at=at
    )


def day_is_used_up(what: str, who: Visitor, *, at: datetime) -> bool:
    """Whether `who` waits because of their account alone, and for longer than minutes: others can have used up its day."""
    return bool(
        _latest_end([one for one in LIMITS[what] if "account" in one.per and one.within == DAY], what, who, at=at)
    )


def _latest_end(limits: list[Limit], what: str, who: Visitor, *, at: datetime) -> datetime | None:
    if not limits:
        return None
    first, *others = (_end(limit, what, who, at=at) for limit in limits)
    return max(first.union(*others, all=True), default=None)


def _end(limit: Limit, what: str, who: Visitor, *, at: datetime) -> Any:
    """When the attempt that fills `limit` falls out of it; no row where it is not full."""
    agree = {key: getattr(who, key) for key in limit.per} | ({"is_proved": False} if limit.waits else {})
    same = Attempt.objects.filter(what=what, at__gt=at - limit.within, **agree).order_by("-at")
    end = ExpressionWrapper(F("at") + Value(limit.within), output_field=DateTimeField())
    return same.annotate(end=end).values_list("end", flat=True)[limit.most - 1 : limit.most]


def first_today(email: str, account: int, *, at: datetime) -> bool:
    """Whether no link past the limits left within a day for the account, or for the mailbox where it has none. It is noted."""
    whose = _hash("way in", str(account) if account else person_key(email))
    row = {"what": What.WAY_IN, "account": whose}
    with transaction.atomic():
        _take_locks(whose)
        if Attempt.objects.filter(**row, at__gt=at - DAY).exists():
            return False
        Attempt.objects.create(**row, network="", at=at)
    return True


def note_proof(email: str) -> None:
    """The person typed the code that went to `email`, so their place no longer counts as one that waits."""
    key = person_key(email)
    accounts = [_hash("account", key), _hash("known", key)]
    Attempt.objects.filter(what=What.MAIL, account__in=accounts).update(is_proved=True)


def wrong_codes_lately(at: datetime) -> int:
    """The number of wrong codes within an hour, in all."""
    return Attempt.objects.filter(what=What.WRONG_CODE, at__gt=at - timedelta(hours=1)).count()


def _hash(what: str, text: str) -> str:
    return salted_hmac(f"meetups.accounts.attempts.{what}", text, algorithm="sha256").hexdigest()[:40]
