"""The default source of a lottery's random value, until an organizer chooses."""

from django.conf import settings

from meetups.registrations.lottery.randomness import MIRRORS
from meetups.registrations.models import Lottery
from meetups.registrations.new_slots import LotteryTerms


def reaches_drand() -> bool:
    """Whether this site may ask the public beacon."""
    return set(MIRRORS) <= set(settings.OUTGOING_HOSTS)


def usual_terms() -> LotteryTerms:
    """The terms that a new lottery announces.

    They name the beacon only if this site can reach it, because no other source replaces a silent one.
    """
    source = Lottery.Source(settings.LOTTERY_SOURCE)
    return LotteryTerms(source if reaches_drand() else Lottery.Source.SECRET)
