"""How people get into an event and until when, in a line for each slot, for mails to people without a part in it."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from meetups.events.facts import instant
from meetups.events.models import Event
from meetups.registrations.models import Slot


def ways_in(event: Event, slots: Iterable[Slot], *, at: datetime) -> list[str]:
    """One line for each slot that is open to everyone, or that volunteers can still take; `slots` come with their lotteries."""
    opens_at = event.registration_opens_at if event.opens_later(at) else None
    lines = [_("Registration opens %(when)s") % {"when": instant(opens_at, event)}] if opens_at else []
    for slot in slots:
        slot.event = event
        words = _of_slot(slot, at=at)
        if words:
            lines.append(_("%(slot)s: %(how)s") % {"slot": slot.name, "how": words})
    return lines


def _of_slot(slot: Slot, *, at: datetime) -> str:
    if slot.admission == Slot.Admission.DUTY:
        return _("Guaranteed seat") if slot.seats_left else ""
    if not slot.is_general or slot.closes_at <= at:
        return ""
    lottery = slot.draws_from
    if lottery and lottery.takes_entries(at):
        return _("Lottery: enter by %(when)s") % {"when": instant(lottery.closes_at, slot.event)}
    return _("First come, first served, until %(closes)s.") % {"closes": instant(slot.closes_at, slot.event)}
