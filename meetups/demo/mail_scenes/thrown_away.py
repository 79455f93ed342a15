"""Writing for the looks of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat

from meetups.accounts.models import User
from meetups.communities.models import Community


@contextmanager
def thrown_away() -> Iterator[None]:
    """What is written inside is gone afterwards, and no mail leaves: nothing is ever committed.

    Who and what is there already gets another address meanwhile, so that the scene's people and community find theirs free.
    """
    with transaction.atomic():
        try:
            User.objects.filter(email__endswith="@example.org").update(email=Concat(Value("before-"), "email"))
            Community.objects.filter(slug="ml").update(slug="ml-before")
            yield
        finally:
            transaction.set_rollback(True)
