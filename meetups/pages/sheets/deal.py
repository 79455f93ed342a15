"""The benefit of a duty seat, in words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from meetups.pages.sheets.duties import Duty
from meetups.pages.sheets.slot_choices import SlotChoice


def deal(offers: Iterable[SlotChoice]) -> str:
    """The benefit of a duty seat, in one sentence."""
    if _is_drawn_for(offers):
        return _("Take this shift and you’re in, no lottery.")
    return _("Take this shift and you’re in, no waitlist.")


def deal_for(duty: Duty, offers: Iterable[SlotChoice]) -> str:
    """What this shift is, when, and the benefit of taking it, in one sentence."""
    facts = {"shift": duty.shift.title, "time": duty.time}
    if duty.shift.needs_approval:
        return _("“%(shift)s”, %(time)s: an organizer approves each volunteer.") % facts
    if _is_drawn_for(offers):
        return _("Take “%(shift)s”, %(time)s, and you’re in, no lottery.") % facts
    return _("Take “%(shift)s”, %(time)s, and you’re in, no waitlist.") % facts


def _is_drawn_for(offers: Iterable[SlotChoice]) -> bool:
    return any(offer.lottery and not offer.lottery.is_drawn for offer in offers)
