"""The clock's work on seats: lotteries, offers, held places, reconfirmation. Each step finds by itself what is due."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from celery import shared_task
from django.db.models import Model
from django.utils import timezone

from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.registrations.actions.held_places.lapse_places import lapse_places
from meetups.registrations.actions.lottery.draw_lottery import draw_lottery
from meetups.registrations.actions.lottery.fetch_randomness import fetch_randomness
from meetups.registrations.actions.lottery.freeze_lottery import freeze_lottery
from meetups.registrations.actions.offers.pass_on_seats import pass_on_seats
from meetups.registrations.actions.reconfirmation.ask_to_reconfirm import ask_to_reconfirm
from meetups.registrations.actions.reconfirmation.remind_to_reconfirm import remind_to_reconfirm
from meetups.registrations.actions.reconfirmation.settle_reconfirmation import settle_reconfirmation
from meetups.registrations.models import HeldPlace, Lottery, Reconfirmation, Slot

logger = logging.getLogger(__name__)


def _each[Due: Model](due: Iterable[Due], step: Callable[[Due], object]) -> int:
    """Takes one step with each; one that is refused does not hold up the others."""
    done = 0
    for one in due:
        try:
            step(one)
            done += 1
        except DomainError as refusal:
            logger.warning("%s %s: %s", type(one).__name__, one.pk, refusal)
    return done


@shared_task(name="registrations.freeze_lotteries")
def freeze_lotteries(at: datetime | None = None) -> str:
    """Freezes the manifests of lotteries whose entries have closed. Says how many."""
    at = at or timezone.now()
    done = _each(Lottery.objects.freeze_due(at), lambda lottery: freeze_lottery(lottery=lottery, at=at))
    return f"{done} manifests frozen"


@shared_task(name="registrations.fetch_randomness")
def fetch_values(at: datetime | None = None) -> str:
    """Fetches the random values of lotteries whose time to draw has come. Says how many."""
    at = at or timezone.now()
    done = _each(Lottery.objects.value_due(at), lambda lottery: fetch_randomness(lottery=lottery, at=at))
    return f"{done} random values fetched"


@shared_task(name="registrations.draw_lotteries")
def draw_lotteries(at: datetime | None = None) -> str:
    """Draws what is due. Says how many."""
    at = at or timezone.now()
    done = _each(Lottery.objects.draw_due(at), lambda lottery: draw_lottery(lottery=lottery, at=at))
    return f"{done} lotteries drawn"


@shared_task(name="registrations.lapse_places")
def lapse_held_places(at: datetime | None = None) -> str:
    """Ends held places whose time is over (RULES 27). Says at how many events."""
    at = at or timezone.now()
    events = Event.objects.filter(held_places__in=HeldPlace.objects.lapse_due(at)).distinct()
    done = _each(events, lambda event: lapse_places(event=event, at=at))
    return f"held places lapsed at {done} events"


@shared_task(name="registrations.pass_on_seats")
def pass_on(at: datetime | None = None) -> str:
    """Passes on what nobody answered, and ends hand-overs where promotion has stopped (RULES 7). Says in how many slots."""
    at = at or timezone.now()
    done = _each(Slot.objects.pass_on_due(at), lambda slot: pass_on_seats(slot=slot, at=at))
    return f"seats passed on in {done} slots"


@shared_task(name="registrations.reconfirm")
def reconfirm_seats(at: datetime | None = None) -> str:
    """Asks who still comes, reminds the silent, and settles what is due (RULES 26). Says how many questions it looked at."""
    at = at or timezone.now()
    due = Reconfirmation.objects
    done = _each(due.ask_due(at), lambda one: ask_to_reconfirm(reconfirmation=one, at=at))
    done += _each(due.remind_due(at), lambda one: remind_to_reconfirm(reconfirmation=one, at=at))
    done += _each(due.settle_due(at), lambda one: settle_reconfirmation(reconfirmation=one, at=at))
    return f"{done} questions asked, reminded of or settled"
