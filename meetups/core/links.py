"""Absolute addresses, for everything that is read outside the site."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

CANCELLATION_SALT = "one-click cancellation"
CANCELLATION_MAX_AGE = 60 * 60 * 24 * 60
PLACE_SALT = "seat kept by invitation"


def link(name: str, *args: object) -> str:
    """The absolute URL of the page called `name`, under SITE_URL."""
    return f"{settings.SITE_URL}{reverse(name, args=args)}"


def cancellation_token(registration_pk: int) -> str:
    """The secret of a one-click cancellation link: signed, good for 60 days, for this registration alone."""
    return signing.dumps(registration_pk, salt=CANCELLATION_SALT)


def read_cancellation_token(token: str) -> int | None:
    """The registration's primary key; None for a token that is forged, damaged or too old."""
    try:
        value = signing.loads(token, salt=CANCELLATION_SALT, max_age=CANCELLATION_MAX_AGE)
    except signing.BadSignature:
        return None
    return value if isinstance(value, int) else None


def place_token(place_pk: int) -> str:
    """The secret of an invitation to a seat: signed. How long it is good is said by the place itself."""
    return signing.dumps(place_pk, salt=PLACE_SALT)


def read_place_token(token: str) -> int | None:
    """The held place's primary key; None for a token that is forged or damaged."""
    try:
        value = signing.loads(token, salt=PLACE_SALT)
    except signing.BadSignature:
        return None
    return value if isinstance(value, int) else None
