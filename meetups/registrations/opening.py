"""When registration opens (RULES 220, 221). A step: the caller holds the lock of the seats."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError
from meetups.events.facts import instant
from meetups.events.models import Event
from meetups.registrations.models import Lottery, Slot


class OpensAfterTheStart(DomainError):
    message = _("Registration would open only after the event begins. Choose an earlier time.")
    status = 422


class OpensTooLate(DomainError):
    message = _("“%(slot)s” closes on %(when)s, before registration opens. Change one of the two.")
    status = 422


def refuse_late_opening(event: Event, slots: Iterable[Slot], *, at: datetime) -> None:
    """Registration that is yet to open opens before the start, and before the end of each way in. Raises OpensAfterTheStart,
    OpensTooLate.
    """
    opens_at = event.registration_opens_at
    if opens_at is None or opens_at <= at:
        return
    if opens_at >= event.starts_at:
        raise OpensAfterTheStart
    for slot in slots:
        lottery = slot.draws_from
        ends = lottery.closes_at if lottery and lottery.state == Lottery.State.ANNOUNCED else slot.closes_at
        if slot.is_general and ends <= opens_at:
            raise OpensTooLate(slot=slot.name, when=instant(ends, event))
