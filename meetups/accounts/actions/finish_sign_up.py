"""A person proved their address in the browser in which they signed up."""

from dataclasses import asdict, dataclass

from django.db import transaction

from meetups.accounts.models import User


@dataclass(frozen=True)
class Typed:
    """What was typed at sign-up. `password` is its hash."""

    name: str
    language: str
    password: str


def finish_sign_up(*, person: User, typed: Typed) -> User:
    """Gives `person` what they typed at sign-up. Until now no one else could use or see it (RULES 120)."""
    with transaction.atomic(durable=True):
        for field, value in asdict(typed).items():
            setattr(person, field, value)
        person.save(update_fields=list(asdict(typed)))
    return person
