"""Someone asks for an account with an address that is not proved yet."""

from allauth.account.models import EmailAddress
from django.db import transaction

from meetups.accounts.models import User
from meetups.accounts.verified_emails import unproved_account


def begin_sign_up(*, email: str, language: str) -> User:
    """The account that waits for the proof of `email`: without password and name, because anyone may have asked (RULES 120).

    A second sign-up with the same address waits on the same account, so that no one can block an address by being first. Raises
    IntegrityError where the address was proved in the meantime.
    """
    with transaction.atomic(durable=True):
        person = unproved_account(email) or User.objects.create_user(email, name="", language=language)
        EmailAddress.objects.get_or_create(user=person, email=person.email, defaults={"primary": True})
    return person
