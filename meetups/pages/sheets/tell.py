"""What a person who is registered tells someone else: which slot has seats."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetups.pages.sheets.slot_choices import SlotChoice
from meetups.registrations.models import Registration, Slot


def seats_to_tell(offers: Iterable[SlotChoice]) -> str:
    """The slot in which someone else gets a seat now, one with a shift first; empty where there is none."""
    open_now = [
        offer
        for offer in offers
        if offer.event.is_open(offer.at)
        and not offer.opens_at
        and offer.slot.seats_left
        and (offer.slot.admission == Slot.Admission.DUTY or offer.way_in == Registration.State.CONFIRMED)
    ]
    offer = min(open_now, key=lambda one: one.slot.admission != Slot.Admission.DUTY, default=None)
    if offer is None:
        return ""
    seats = offer.slot.seats_left
    left = ngettext("“%(slot)s” has %(count)d seat left.", "“%(slot)s” has %(count)d seats left.", seats)
    left %= {"slot": offer.slot.name, "count": seats}
    if offer.slot.admission != Slot.Admission.DUTY:
        return left
    return f"{left} {_('Take a shift and you’re in.')}"
