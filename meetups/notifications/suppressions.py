"""Steps for addresses that no mail reaches."""

from collections.abc import Iterable
from datetime import datetime

from meetups.notifications.models import Suppression


def suppress(address: str, *, reason: str, at: datetime) -> None:
    """Stops mail to `address`, in upper or lower case. The first reason stays."""
    Suppression.objects.bulk_create(
        [Suppression(address=address.lower(), since=at, reason=reason)], ignore_conflicts=True
    )


def suppressed_among(addresses: Iterable[str]) -> dict[str, str]:
    """The suppressed addresses among `addresses`, in lower case, with the reason. One query."""
    wanted = {address.lower() for address in addresses}
    return dict(Suppression.objects.filter(address__in=wanted).values_list("address", "reason"))
