"""Where a seat goes when what held it ends, in words (RULES 21, 41, 42)."""

from datetime import datetime

from django.utils.translation import gettext as _

from meetups.core.texts.names import set_apart, with_names
from meetups.events.models import Event
from meetups.registrations.admission import fallback_slot, way_in
from meetups.registrations.models import Hold, Lottery, Registration, Slot
from meetups.registrations.pen.queries import someone_goes_first
from meetups.speakers.models import Talk

State = Registration.State


def _falls_to(event: Event, at: datetime) -> tuple[Slot, Lottery | None] | None:
    slots = {slot: slot.draws_from for slot in event.slots.in_order().select_related("lottery")}
    slot = fallback_slot(event, slots.items(), at)
    return (slot, slots[slot]) if slot else None


def where_seats_go(event: Event, at: datetime) -> str:
    """For those who have a seat from a shift that ends now, and are not checked in."""
    found = _falls_to(event, at)
    if found is None:
        return _("People lose the seat this shift gave them, unless another shift or a talk guarantees it.")
    slot, lottery = found
    if lottery and lottery.takes_entries(at):
        sentence = _(
            "People with a seat from this shift go back into the lottery for “%(slot)s”, unless something "
            "else guarantees their seat."
        )
    else:
        sentence = _(
            "People with a seat from this shift move to “%(slot)s”, unless something else guarantees their "
            "seat. If it’s full, they go to the end of its waitlist."
        )
    return sentence % {"slot": slot.name}


def where_the_seat_goes(event: Event, name: str, at: datetime) -> str:
    """For one person whose seat falls back now."""
    found = _falls_to(event, at)
    if found is None:
        words = _("Without the check-in, %(name)s’s registration is canceled: no other slot is open for registration.")
        return with_names(words, name=set_apart(name))
    slot, lottery = found
    sentence = {
        State.APPLIED: _("Without the check-in, %(name)s goes back into the lottery for “%(slot)s”."),
        State.CONFIRMED: _("Without the check-in, %(name)s moves to a free seat in “%(slot)s”."),
        State.WAITLISTED: _("Without the check-in, %(name)s goes to the end of the waitlist for “%(slot)s”."),
    }[way_in(slot, lottery, someone_waits=someone_goes_first(slot), at=at)]
    return with_names(sentence, name=set_apart(name), slot=slot.name)


def where_a_speakers_seat_goes(event: Event, talk: Talk, at: datetime) -> str:
    """For the speaker of a talk that is taken off the program now; empty where the talk holds no seat."""
    hold = Hold.objects.active().filter(subject=talk.subject).select_related("registration").first()
    if hold is None:
        return ""
    name = set_apart(talk.speaker)
    others = Hold.objects.active().filter(registration=hold.registration_id).exclude(pk=hold.pk)
    if hold.registration.checked_in_at or others.exists():
        return with_names(
            _("%(name)s keeps their seat: they’re checked in, or something else guarantees it."), name=name
        )
    found = _falls_to(event, at)
    if found is None:
        return with_names(_("%(name)s’s registration is canceled: registration for other slots has closed."), name=name)
    slot, lottery = found
    sentence = {
        State.APPLIED: _("%(name)s loses the guaranteed seat and goes back into the lottery for “%(slot)s”."),
        State.CONFIRMED: _("%(name)s moves to a free seat in “%(slot)s”."),
        State.WAITLISTED: _("%(name)s loses the guaranteed seat and goes to the end of the waitlist for “%(slot)s”."),
    }[way_in(slot, lottery, someone_waits=someone_goes_first(slot), at=at)]
    return with_names(sentence, name=name, slot=slot.name)
