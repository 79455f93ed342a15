"""Secrets of second factors are encrypted in the database, with keys of their own (RULES 126)."""

import base64
import hashlib

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

# No secret begins so: they are written in capitals and digits.
MARK = "encrypted:"
SECRETS = ("secret", "seed")


class EncryptedSecrets(DefaultMFAAdapter):  # type: ignore[misc]  # allauth brings no types
    """What allauth asks of us before it writes a secret, and after it has read one."""

    def encrypt(self, text: str) -> str:
        """Encrypts with the first key."""
        return MARK + _keys()[0].encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypts with any of the keys. A secret from before there were keys is as it is. Raises InvalidToken."""
        if not encrypted_text.startswith(MARK):
            return encrypted_text
        return MultiFernet(_keys()).decrypt(encrypted_text.removeprefix(MARK)).decode()


def write_anew(authenticator: Authenticator) -> bool:
    """Encrypts the secrets of a factor with the first key, where they are not yet. Says whether it had to."""
    adapter = EncryptedSecrets()
    old = {name: authenticator.data[name] for name in SECRETS if name in authenticator.data}
    new = {name: adapter.encrypt(adapter.decrypt(text)) for name, text in old.items() if not _is_current(text)}
    if new:
        # Only where nothing else has been written in the meantime, such as a recovery code that was used.
        same = Authenticator.objects.filter(pk=authenticator.pk, data=authenticator.data)
        return bool(same.update(data={**authenticator.data, **new}))
    return False


def _is_current(text: str) -> bool:
    try:
        _keys()[0].decrypt(text.removeprefix(MARK))
    except InvalidToken:
        return False
    return text.startswith(MARK)


def _keys() -> list[Fernet]:
    """A setting may be any long text. Its SHA-256 is a key."""
    digests = [hashlib.sha256(key.encode()).digest() for key in settings.SECOND_FACTOR_KEYS]
    return [Fernet(base64.urlsafe_b64encode(digest)) for digest in digests]
