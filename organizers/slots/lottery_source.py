"""Where the random value of a lottery comes from, until an organizer chooses."""

from django.conf import settings

from meetups.registrations.lottery.randomness import MIRRORS
from meetups.registrations.models import Lottery
from meetups.registrations.new_slots import LotteryTerms


def reaches_drand() -> bool:
    """Whether this site may ask the public beacon."""
    return set(MIRRORS) <= set(settings.OUTGOING_HOSTS)


def usual_terms() -> LotteryTerms:
    """What a new lottery announces; the beacon only where it can be asked, for nothing takes the place of a source that is silent."""
    source = Lottery.Source(settings.LOTTERY_SOURCE)
    return LotteryTerms(source if reaches_drand() else Lottery.Source.SECRET)
