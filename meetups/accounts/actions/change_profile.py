"""A person changes their name and the language of pages and mails."""

from django.db import transaction

from meetups.accounts.models import User


def change_profile(*, person: User, name: str, language: str, hides_name: bool | None = None) -> User:
    """Keeps the display name, the language (a code of settings.LANGUAGES) of pages and mails, and whether lists of attendees leave
    the name out. None leaves that as it is.
    """
    with transaction.atomic(durable=True):
        person.name = name
        person.language = language
        person.hides_name = person.hides_name if hides_name is None else hides_name
        person.save(update_fields=["name", "language", "hides_name"])
    return person
