"""A person changes their name and the language of pages and mails."""

from django.db import transaction

from meetups.accounts.models import User


def change_profile(*, person: User, name: str, language: str) -> User:
    """Keeps the display name and the language (a code of settings.LANGUAGES) of pages and mails."""
    with transaction.atomic(durable=True):
        person.name = name
        person.language = language
        person.save(update_fields=["name", "language"])
    return person
