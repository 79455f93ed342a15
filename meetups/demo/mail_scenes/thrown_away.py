"""A context in which database changes are undone."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat

from meetups.accounts.models import User
from meetups.communities.models import Community


@contextmanager
def thrown_away() -> Iterator[None]:
    """Undoes all changes at the end. Nothing is ever committed, so no mail leaves.

    Existing users and communities get other addresses meanwhile, so that the addresses of the scene are free.
    """
    with transaction.atomic():
        try:
            User.objects.filter(email__endswith="@example.org").update(email=Concat(Value("before-"), "email"))
            Community.objects.filter(slug="ml").update(slug="ml-before")
            yield
        finally:
            transaction.set_rollback(True)
