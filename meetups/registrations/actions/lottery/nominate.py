"""Organizers put an entry first."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.history.models import record
from meetups.registrations.models import Lottery, Registration
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import refuse_unless_published


class NotAmongTheEntries(DomainError):
    message = _("Only entries in a lottery that is still open for entries can be nominated.")


class OrderHasChanged(DomainError):
    message = _("Someone has changed the order in the meantime. This is how it is now; please choose again.")


def order_seen(first: Iterable[Registration]) -> str:
    """The nominated entries in their order, as a form carries them."""
    return ",".join(str(one.pk) for one in first)


def nominate(
    *, registration: Registration, to: int | None, seen: str | None = None, at: datetime, by: User
) -> list[Registration]:
    """Puts an entry in place `to` (from 1) among the nominated entries. With None it is drawn like the others.

    The other nominated entries close the gap. A pair is named by its first person. Anyone can count the nominated entries in the
    manifest and see that they come first; only the desk knows who they are. Returns them in their order. `seen` is the order that
    the page showed. Raises NotAmongTheEntries from T on, EventClosed, OrderHasChanged.
    """
    with seats_of(registration.event, at=at) as seats:
        registration = seats.fresh(registration)
        if registration.lead_id:
            registration = Registration.objects.get(pk=registration.lead_id)
        lottery = seats.lottery_of(seats.slots[registration.slot_id])
        refuse_unless_published(seats.event)
        if registration.state != Registration.State.APPLIED or lottery is None or not lottery.takes_entries(at):
            raise NotAmongTheEntries
        first = Registration.objects.filter(slot=lottery.slot, nominated__isnull=False)
        before = list(first.applied().order_by("nominated"))
        order = [one for one in before if one.pk != registration.pk]
        if to is not None:
            order.insert(max(to - 1, 0), registration)
        if [one.pk for one in order] == [one.pk for one in before]:
            return order
        if seen is not None and seen != order_seen(before):
            raise OrderHasChanged
        # The order is unique in the slot, so all numbers are cleared before new ones are given.
        first.update(nominated=None)
        for number, one in enumerate(order, start=1):
            one.nominated = number
        Registration.objects.bulk_update(order, ["nominated"])
        record(
            thread=seats.event.thread,
            subject=f"lottery:{lottery.pk}",
            verb="nominate",
            at=at,
            by=by,
            from_state=Lottery.State.ANNOUNCED,
            to_state=Lottery.State.ANNOUNCED,
            registration=registration.pk,
            to=order.index(registration) + 1 if registration in order else None,
        )
        return order
