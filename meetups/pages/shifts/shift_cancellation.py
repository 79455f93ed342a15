"""What happens to the seat of a volunteer who steps down from a shift."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.pages.sheets.slot_choices import SlotChoice
from meetups.registrations.admission import fallback_slot
from meetups.registrations.models import Registration

State = Registration.State


def _falls_to(offers: list[SlotChoice]) -> SlotChoice | None:
    """The slot that a seat falls back to when its duty ends now; the pen itself chooses the same one."""
    slots = [(offer.slot, offer.lottery) for offer in offers]
    slot = fallback_slot(offers[0].event, slots, offers[0].at) if offers else None
    return next((offer for offer in offers if offer.slot == slot), None)


def rule_of_stepping_down(offers: Iterable[SlotChoice]) -> str:
    """The consequence of stepping down, shown before a shift is taken (RULES 21)."""
    offers = list(offers)
    general = _falls_to(offers)
    if general is None:
        return _("If you cancel your shift, your registration is canceled too.")
    facts = {"slot": general.slot.name}
    if general.lottery and general.lottery.takes_entries(general.at):
        when = dates.moment(general.lottery.closes_at, general.event.time_zone, get_language() or "en")
        first = next(offer.slot for offer in offers if offer.slot.is_general)
        if first != general.slot:
            return _(
                "Cancel before %(when)s: back into the lottery for “%(slot)s”. After that: end of the waitlist "
                "for “%(other)s”."
            ) % {**facts, "when": when, "other": first.name}
        return _("Cancel before %(when)s: back into the lottery for “%(slot)s”. After that: end of its waitlist.") % {
            **facts,
            "when": when,
        }
    return (
        _(
            "If you cancel your shift, you go to the end of the waitlist for “%(slot)s”. If no one is "
            "waiting and a seat is open, you get it."
        )
        % facts
    )


@dataclass(frozen=True)
class Fallback:
    """What happens to a seat: a sentence for the page, and a note for the button."""

    sentence: str
    note: str

    def __str__(self) -> str:
        return self.sentence


def fallback(offers: Iterable[SlotChoice], *, held_otherwise: bool, checked_in: bool, is_over: bool) -> Fallback:
    """What happens to the seat if the reader steps down now (RULES 20, 21, 41, 42)."""
    stays, queues = _("You keep your seat"), _("You’ll be on the waitlist")
    if is_over:
        return Fallback(_("Your attendance at the event stays on record."), _("The organizers are notified right away"))
    if held_otherwise:
        return Fallback(_("You keep your seat: it comes with another shift or your talk."), stays)
    if checked_in:
        return Fallback(_("You keep your seat: you’re checked in."), stays)
    offers = list(offers)
    general = _falls_to(offers)
    if offers and offers[0].event.opens_later(offers[0].at):
        sentence = _("Registration hasn’t opened yet, so your registration is canceled.")
        return Fallback(sentence, _("Your registration is canceled too"))
    if general is None or general.way_in is None:
        sentence = _("Registration for other slots has closed, so your registration is canceled too.")
        return Fallback(sentence, _("Your registration is canceled too"))
    facts = {"slot": general.slot.name}
    if general.way_in == State.APPLIED and general.lottery:
        when = dates.moment(general.lottery.draws_at, general.event.time_zone, get_language() or "en")
        sentence = _(
            "You’ll lose your guaranteed seat and go back into the lottery for “%(slot)s”. Result by email: %(when)s."
        )
        return Fallback(sentence % {**facts, "when": when}, _("Back into the lottery"))
    if general.way_in == State.CONFIRMED:
        sentence = _("You keep a seat: “%(slot)s” has an open one, and no one is waiting.")
        return Fallback(sentence % facts, _("You get an open seat"))
    if general.awaits_draw:
        sentence = _(
            "You’ll lose your guaranteed seat. Entries are closed, so you’ll be on the waitlist for "
            "“%(slot)s”, after everyone in the draw."
        )
        return Fallback(sentence % facts, queues)
    if not general.waiting:
        return Fallback(
            _("You’ll lose your guaranteed seat and be first on the waitlist for “%(slot)s”.") % facts, queues
        )
    sentence = ngettext(
        "You’ll lose your guaranteed seat and go to the end of the waitlist for “%(slot)s” (%(count)d ahead of you).",
        "You’ll lose your guaranteed seat and go to the end of the waitlist for “%(slot)s” (%(count)d ahead of you).",
        general.waiting,
    )
    return Fallback(sentence % {**facts, "count": general.waiting}, queues)
