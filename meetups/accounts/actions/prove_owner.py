"""A person types the code that was mailed to their address, at the gate of a page."""

from django.db import transaction

from meetups.accounts.models import User
from meetups.accounts.verified_emails import prove_address


def prove_owner(*, email: str, name: str, language: str) -> User:
    """The account of the person who typed the code that went to `email`; a new one where there is none (RULES 151)."""
    with transaction.atomic(durable=True):
        return prove_address(email, name=name, language=language)
