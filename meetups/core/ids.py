"""Identifiers that cannot be guessed or counted."""

import base64
import hashlib
import secrets


def _base32(octets: bytes) -> str:
    return base64.b32encode(octets).decode().rstrip("=").lower()


def public_id() -> str:
    """40 random bits as 8 lower-case base32 characters: short enough for a URL read aloud."""
    return _base32(secrets.token_bytes(5))


def public_id_of(request: str) -> str:
    """The public id of what `request` makes, so that the same request sent twice makes it once. `request` has a random part."""
    return _base32(hashlib.sha256(request.encode()).digest()[:5])


def entry_id() -> str:
    """128 random bits as 26 lower-case base32 characters (`meetup-lottery/1`)."""
    return _base32(secrets.token_bytes(16))


def token() -> str:
    """160 random bits as 32 lower-case base32 characters, for secret links."""
    return _base32(secrets.token_bytes(20))


def no_token() -> str:
    """A value for a column of tokens that opens nothing: no address has a slash in its token.

    The link is signed instead, so the database keeps no secret of it.
    """
    return f"/{token()[1:]}"
