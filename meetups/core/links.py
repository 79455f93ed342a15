"""Absolute addresses, for everything that people read outside the site."""

from django.conf import settings
from django.core import signing
from django.db.models import Model, Q
from django.urls import reverse

CANCELLATION_SALT = "one-click cancellation"
OFFER_SALT = "answer to an offer"
RECONFIRMATION_SALT = "answer to still coming"
PLACE_SALT = "seat kept by invitation"
HELPER_SALT = "check-in helpers of an event"
CANCELLATION_MAX_AGE = 60 * 60 * 24 * 60


def link(name: str, *args: object) -> str:
    """The absolute URL of the page called `name`, under SITE_URL."""
    # The account addresses load the libraries for passkeys. A process that only sends mails does not need these 14 MB.
    addresses = settings.ROOT_URLCONF if name.startswith("account_") else settings.OWN_ADDRESSES
    return f"{settings.SITE_URL}{reverse(name, urlconf=addresses, args=args)}"


def cancellation_token(registration_pk: int) -> str:
    """The secret of a one-click cancellation link. It is signed, valid for 60 days, and only for this registration."""
    return signing.dumps(registration_pk, salt=CANCELLATION_SALT)


def read_cancellation_token(token: str) -> int | None:
    """The registration's primary key. None for a token that is forged, damaged or too old."""
    try:
        value = signing.loads(token, salt=CANCELLATION_SALT, max_age=CANCELLATION_MAX_AGE)
    except signing.BadSignature:
        return None
    return value if isinstance(value, int) else None


def offer_token(offer_pk: int) -> str:
    """The secret of the link that answers an offer of a seat.

    It is signed and only for this offer. The offer itself says how long it is valid.
    """
    return _for_ever(OFFER_SALT).sign_object(offer_pk)


def reconfirmation_token(registration_pk: int) -> str:
    """The secret of the link that answers the attendance check.

    It is signed and only for this registration, whose state says how long it is valid.
    """
    return _for_ever(RECONFIRMATION_SALT).sign_object(registration_pk)


def place_token(place_pk: int) -> str:
    """The secret of an invitation to a seat. It is signed. The held place itself says how long it is valid."""
    return _for_ever(PLACE_SALT).sign_object(place_pk)


def helper_token(link_pk: int) -> str:
    """The secret of the link for check-in helpers. It is signed, so its page shows it again, and the database keeps nothing of it."""
    return _for_ever(HELPER_SALT).sign_object(link_pk)


def mailed_token(about: Model) -> str:
    """The secret of a link that stands in a mail only. It is signed and only for this row, which says how long it is valid."""
    return _for_ever(_mailed(type(about))).sign_object(about.pk)


def by_signed_token(model: type[Model], token: str) -> Q:
    """Finds the row of a mailed link. Nothing is found for a token that is forged or damaged."""
    return Q(pk=read_token(token, _mailed(model)))


def by_mailed_token(model: type[Model], token: str) -> Q:
    """Finds the row of a mailed link. Links of earlier versions carry a token that is stored in the row."""
    pk = read_token(token, _mailed(model))
    return Q(token=token) if pk is None else Q(pk=pk)


def _mailed(model: type[Model]) -> str:
    return f"mailed link of {model._meta.label_lower}"


def _for_ever(salt: str) -> signing.Signer:
    """Signs without the time, so that a link is always the same."""
    return signing.Signer(salt=salt)


def read_token(token: str, salt: str) -> int | None:
    """The primary key in a token that was signed with `salt`. None for one that is forged or damaged."""
    try:
        value = _for_ever(salt).unsign_object(token)
    except signing.BadSignature:
        return None
    return value if isinstance(value, int) else None
