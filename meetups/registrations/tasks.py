"""The clock's work on lotteries: three steps, each of which finds by itself what is due."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from meetups.core.errors import DomainError
from meetups.registrations.actions.draw_lottery import draw_lottery
from meetups.registrations.actions.fetch_randomness import fetch_randomness
from meetups.registrations.actions.freeze_lottery import freeze_lottery
from meetups.registrations.models import Lottery

logger = logging.getLogger(__name__)


def _each(lotteries: Iterable[Lottery], step: Callable[..., Lottery], at: datetime) -> int:
    """Takes one step with each lottery; one that is refused does not hold up the others."""
    done = 0
    for lottery in lotteries:
        try:
            step(lottery=lottery, at=at)
            done += 1
        except DomainError as refusal:
            logger.warning("Lottery %s: %s", lottery.pk, refusal)
    return done


@shared_task(name="registrations.freeze_lotteries")
def freeze_lotteries(at: datetime | None = None) -> str:
    """Freezes the manifests of lotteries whose entries have closed. Says how many."""
    at = at or timezone.now()
    return f"{_each(Lottery.objects.freeze_due(at), freeze_lottery, at)} manifests frozen"


@shared_task(name="registrations.fetch_randomness")
def fetch_values(at: datetime | None = None) -> str:
    """Fetches the random values of lotteries whose time to draw has come. Says how many."""
    at = at or timezone.now()
    return f"{_each(Lottery.objects.value_due(at), fetch_randomness, at)} random values fetched"


@shared_task(name="registrations.draw_lotteries")
def draw_lotteries(at: datetime | None = None) -> str:
    """Draws what is due. Says how many."""
    at = at or timezone.now()
    return f"{_each(Lottery.objects.draw_due(at), draw_lottery, at)} lotteries drawn"
