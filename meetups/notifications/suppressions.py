"""Addresses that no mail reaches. Steps."""

from collections.abc import Iterable
from datetime import datetime

from meetups.notifications.models import Suppression


def suppress(address: str, *, reason: str, at: datetime) -> None:
    """No more mail to `address`, in whatever case it is written. The first reason stands."""
    Suppression.objects.bulk_create(
        [Suppression(address=address.lower(), since=at, reason=reason)], ignore_conflicts=True
    )


def suppressed_among(addresses: Iterable[str]) -> dict[str, str]:
    """Those of `addresses` that are suppressed, in lower case, with the reason. One query."""
    wanted = {address.lower() for address in addresses}
    return dict(Suppression.objects.filter(address__in=wanted).values_list("address", "reason"))
