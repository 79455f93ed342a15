"""Reasons that come from the event."""

from tests.concurrency.right.refused import Refused


def over(it: Refused) -> bool:
    return bool(it.event.ends_at <= it.at)


def over_or_cancelled(it: Refused) -> bool:
    return over(it) or it.event.state == "cancelled"


def draft(it: Refused) -> bool:
    return it.event.state == "draft"


def closed(it: Refused) -> bool:
    return over(it) or it.event.state != "published"


def cancelled(it: Refused) -> bool:
    return it.event.state != "published"
