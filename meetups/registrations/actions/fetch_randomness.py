"""The random value becomes known."""

from datetime import datetime

from django.db import transaction

from meetups.history.models import record
from meetups.registrations.models import Lottery


def fetch_randomness(*, lottery: Lottery, at: datetime) -> Lottery:
    """Writes down the value that was announced, at D or later and once. No seat is touched, so there is no seat lock.

    The source is (c) of LOTTERY.md: the secret whose hash was published before entries opened.
    """
    with transaction.atomic(durable=True):
        lottery = Lottery.objects.select_for_update(of=("self",)).select_related("slot__event").get(pk=lottery.pk)
        is_due = lottery.state == Lottery.State.FROZEN and lottery.draws_at <= at
        if is_due and lottery.slot.event.is_published:
            lottery.value = lottery.secret
            lottery.state = Lottery.State.SEEDED
            lottery.save(update_fields=["value", "state"])
            record(
                thread=lottery.slot.event.thread,
                subject=f"lottery:{lottery.pk}",
                verb="fetch_randomness",
                at=at,
                by=None,
                from_state=Lottery.State.FROZEN,
                to_state=Lottery.State.SEEDED,
            )
        return lottery
