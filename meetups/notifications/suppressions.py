"""Steps for addresses that no mail reaches. Of an erased person's address, or one that no one proved, only a hash is kept (RULES 211, 261)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from meetups.accounts.erasure import NOWHERE
from meetups.notifications.email_registry import asked_by_anyone
from meetups.notifications.models import Notification, Suppression


def suppress(address: str, rows: Sequence[Notification], *, reason: str, at: datetime) -> None:
    """Stops mail to `address`, in upper or lower case, to which `rows` went. The first reason stays."""
    address = address.lower()
    if all(row.recipient_id is None and row.kind in asked_by_anyone() for row in rows):
        address = hash_of(address)
    Suppression.objects.bulk_create([Suppression(address=address, since=at, reason=reason)], ignore_conflicts=True)


def suppressed_among(addresses: Iterable[str]) -> dict[str, str]:
    """The suppressed addresses among `addresses`, in lower case, with the reason. One query."""
    forms = {form: address.lower() for address in addresses for form in _forms_of(address)}
    found = Suppression.objects.filter(address__in=forms).values_list("address", "reason")
    return {forms[form]: reason for form, reason in found}


def suppression_of(address: str) -> QuerySet[Suppression]:
    """The row that stops mail to `address`, if there is one."""
    return Suppression.objects.filter(address__in=_forms_of(address))


def hash_of(address: str, secret: str | None = None) -> str:
    """What stands in place of a suppressed address whose owner was erased, or never known."""
    made = salted_hmac("meetups.notifications.suppressions", address.lower(), secret=secret, algorithm="sha256")
    return f"{made.hexdigest()[:40]}@{NOWHERE}"


def _forms_of(address: str) -> list[str]:
    """The forms in which the address may stand there: itself, or its hash with the secret of the site, or with one before it."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [address.lower(), *(hash_of(address, secret) for secret in secrets)]
