"""An organizer enters the public value that was announced."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.registrations.lottery.random_value import know_value, lock_lottery
from meetups.registrations.lottery.randomness import as_entered, awaits_entry
from meetups.registrations.models import Lottery
from meetups.registrations.refusals import refuse_unless_published


class ValueIsKnown(DomainError):
    message = _("A value was already entered and can’t be changed: %(value)s.")


class NotYetToBeEntered(DomainError):
    message = _("The value can be entered only from the time of the draw on, and only where this was announced.")


def enter_value(*, lottery: Lottery, text: str, at: datetime, by: User) -> Lottery:
    """Stores the public value in the standard form of `as_entered`, once, at D or later. The clock draws with it.

    This works only where the source is "entered" (LOTTERY.md). Entering the same value again changes nothing. Raises NotAValue,
    ValueIsKnown, NotYetToBeEntered, EventClosed.
    """
    value = as_entered(text)
    with transaction.atomic(durable=True):
        lottery = lock_lottery(lottery)
        if lottery.source == Lottery.Source.ENTERED and lottery.value:
            if lottery.value != value:
                raise ValueIsKnown(value=lottery.value)
            return lottery
        refuse_unless_published(lottery.slot.event)
        if not awaits_entry(lottery, at):
            raise NotYetToBeEntered
        know_value(lottery, value, verb="enter_value", at=at, by=by)
        return lottery
