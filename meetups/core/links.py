"""Absolute addresses, for everything that is read outside the site."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

CANCELLATION_SALT = "one-click cancellation"
OFFER_SALT = "answer to an offer"
RECONFIRMATION_SALT = "answer to still coming"
PLACE_SALT = "seat kept by invitation"
MAX_AGE = 60 * 60 * 24 * 60


def link(name: str, *args: object) -> str:
    """The absolute URL of the page called `name`, under SITE_URL."""
    return f"{settings.SITE_URL}{reverse(name, args=args)}"


def cancellation_token(registration_pk: int) -> str:
    """The secret of a one-click cancellation link: signed, good for 60 days, for this registration alone."""
    return signing.dumps(registration_pk, salt=CANCELLATION_SALT)


def read_cancellation_token(token: str) -> int | None:
    """The registration's primary key; None for a token that is forged, damaged or too old."""
    return _read(token, CANCELLATION_SALT)


def offer_token(offer_pk: int) -> str:
    """The secret of the link that answers an offer of a seat, as `cancellation_token`."""
    return signing.dumps(offer_pk, salt=OFFER_SALT)


def read_offer_token(token: str) -> int | None:
    """The offer's primary key; None for a token that is forged, damaged or too old."""
    return _read(token, OFFER_SALT)


def reconfirmation_token(registration_pk: int) -> str:
    """The secret of the link that answers "still coming?", as `cancellation_token`."""
    return signing.dumps(registration_pk, salt=RECONFIRMATION_SALT)


def read_reconfirmation_token(token: str) -> int | None:
    """The registration's primary key; None for a token that is forged, damaged or too old."""
    return _read(token, RECONFIRMATION_SALT)


def place_token(place_pk: int) -> str:
    """The secret of an invitation to a seat: signed. How long it is good is said by the place itself."""
    return signing.dumps(place_pk, salt=PLACE_SALT)


def read_place_token(token: str) -> int | None:
    """The held place's primary key; None for a token that is forged or damaged."""
    return _read(token, PLACE_SALT, max_age=None)


def _read(token: str, salt: str, *, max_age: int | None = MAX_AGE) -> int | None:
    try:
        value = signing.loads(token, salt=salt, max_age=max_age)
    except signing.BadSignature:
        return None
    return value if isinstance(value, int) else None
