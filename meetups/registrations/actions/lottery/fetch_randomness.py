"""The random value is fetched from its source."""

from datetime import datetime

from django.db import transaction

from meetups.registrations.lottery.random_value import know_value, lock_lottery
from meetups.registrations.lottery.randomness import value_of
from meetups.registrations.models import Lottery


def fetch_randomness(*, lottery: Lottery, at: datetime) -> Lottery:
    """Asks the announced source, at D or later, and stores its value, once. Returns the lottery as it stands.

    The source is asked before any lock is taken, and no seat is touched. A value that an organizer enters is not fetched: see
    `enter_value`. Raises SourceSilent where the source has no answer yet. Then the clock asks again, and no other source replaces
    it.
    """
    lottery = Lottery.objects.select_related("slot__event").get(pk=lottery.pk)
    if not _may_have_value(lottery, at) or lottery.source == Lottery.Source.ENTERED:
        return lottery
    value = value_of(lottery)
    with transaction.atomic(durable=True):
        lottery = lock_lottery(lottery)
        if _may_have_value(lottery, at):
            know_value(lottery, value, verb="fetch_randomness", at=at, by=None)
        return lottery


def _may_have_value(lottery: Lottery, at: datetime) -> bool:
    """Whether the manifest is fixed, D has come, and the value is not known. A frozen lottery keeps its dates and its source."""
    return lottery.state == Lottery.State.FROZEN and lottery.draws_at <= at and lottery.slot.event.is_published
