"""Reasons to refuse an organizer's action."""

from datetime import datetime, timedelta

from meetups.events.models import Undo
from meetups.registrations.admission import usual_lottery_dates
from meetups.registrations.models import (
    HeldPlace,
    Hold,
    Lottery,
    Reconfirmation,
    Registration,
    Slot,
)
from meetups.registrations.unverified_places import place_of
from tests.concurrency.right.refused import HOUR, Refused, lottery_of, mailbox

# Slots


def not_for_everyone(it: Refused) -> bool:
    return it.slot.admission not in {"first_come", "lottery"}


def registration_closed(it: Refused) -> bool:
    return it.slot.closes_at <= it.at


def is_duty(it: Refused) -> bool:
    return it.slot.admission == "duty"


def full(it: Refused) -> bool:
    return not it.above and it.has_no_seat_for(it.slot)


def too_few_seats(it: Refused) -> bool:
    return not it.above and it.has_no_seat_for(it.slot, len(it.invitees))


def too_few_for_the_file(it: Refused) -> bool:
    slot = Slot.objects.select_related("lottery").get(pk=it.people[0].slot_id)
    return not it.above and it.has_no_seat_for(slot, len(it.people))


def file_is_for_a_duty(it: Refused) -> bool:
    return any(Slot.objects.get(pk=one.slot_id).admission == "duty" for one in it.people)


def below_what_is_taken(it: Refused, slot: Slot, capacity: int) -> bool:
    """RULES 25 and the promise to a draw: the first-come part of a mixed slot belongs to no one yet."""
    return capacity < slot.capacity and (
        it.free(slot) - max(slot.first_come_seats, 0) < slot.capacity - capacity or it.unsettled(slot)
    )


def smaller_than_taken(it: Refused) -> bool:
    return below_what_is_taken(it, it.slot, it.capacity)


def not_so_many_unused(it: Refused) -> bool:
    source = Slot.objects.select_related("lottery").get(pk=it.source.pk)
    return below_what_is_taken(it, source, source.capacity - it.seats)


def same_slot(it: Refused) -> bool:
    return bool(it.source.pk == it.target.pk)


def moves_duty_seats(it: Refused) -> bool:
    return "duty" in {it.source.admission, it.target.admission}


def deadlines_out_of_order(it: Refused) -> bool:
    free, stops = it.settings.deadlines.free_cancellation_ends_at, it.settings.deadlines.promotion_stops_at
    return not free <= stops <= it.event.starts_at


def closes_after_the_end(it: Refused) -> bool:
    return bool(it.settings.deadlines.closes_at > it.event.ends_at)


def closes_before_the_draw(it: Refused) -> bool:
    lottery = lottery_of(it.slot)
    return bool(lottery and lottery.state != "drawn" and it.settings.deadlines.closes_at < lottery.closes_at)


def answers_come_later(it: Refused) -> bool:
    """RULES 26."""
    asked = Reconfirmation.objects.filter(slot=it.slot).exclude(state="settled")
    return any(one.answer_by > it.settings.deadlines.promotion_stops_at - 24 * HOUR for one in asked)


def entries_are_closed(it: Refused) -> bool:
    return lottery_of(it.slot) is not None and not it.takes_entries(it.slot)


def somebody_has_registered(it: Refused) -> bool:
    """RULES 56."""
    return Registration.objects.filter(slot=it.slot).exists() or HeldPlace.objects.filter(slot=it.slot).exists()


def dates_do_not_fit(it: Refused) -> bool:
    dates = it.plan.dates
    return dates is None or not it.at < dates.closes_at <= dates.draws_at - HOUR / 2 < it.event.starts_at - HOUR / 2


def closed_before_entries(it: Refused) -> bool:
    return bool(it.plan.dates and it.plan.dates.closes_at > it.slot.closes_at)


def nothing_left_to_draw(it: Refused) -> bool:
    return bool(it.plan.first_come_seats >= it.slot.capacity)


def entries_would_have_closed(it: Refused) -> bool:
    return bool(it.plan.lottery and it.plan.lottery.closes_at <= it.at)


def name_is_taken(it: Refused) -> bool:
    name = it.plan.name if "plan" in it.named else it.settings.name
    own = it.named["slot"].pk if "slot" in it.named else 0
    return Slot.objects.filter(event=it.event, name=name).exclude(pk=own).exists()


# Brought in by organizers


def door_is_closed(it: Refused) -> bool:
    """RULES 61."""
    from_, until = it.event.starts_at - 3 * HOUR, it.event.ends_at + 3 * HOUR
    return it.event.state != "published" or not from_ <= it.at < until


def newcomer(it: Refused) -> list[Registration]:
    one = it.added if "added" in it.named else it.who
    if isinstance(one, Registration):
        return [Registration.objects.select_related("slot__lottery").get(pk=one.pk)]
    return it.places_of(one.email)


def newcomer_has_a_seat(it: Refused) -> bool:
    return any(one.state == "confirmed" for one in newcomer(it))


def newcomer_waits_for_a_draw(it: Refused) -> bool:
    return any(one.state == "applied" and it.is_fixed(one.slot) for one in newcomer(it))


def invitee_is_here(it: Refused) -> bool:
    return bool(it.places_of(*(one.email for one in it.invitees)))


def invitee_is_invited(it: Refused) -> bool:
    keys = {mailbox(one.email) for one in it.invitees}
    open_ones = HeldPlace.objects.filter(event=it.event, kind="invitation", state="held", expires_at__gt=it.at)
    return len(keys) < len(it.invitees) or any(mailbox(one.email) in keys for one in open_ones)


def too_late_to_invite(it: Refused) -> bool:
    return it.slot.promotion_stops_at <= it.at


def invited_enough(it: Refused) -> bool:
    """RULES 130, looser than the product: people who were here before are not counted there."""
    since = it.at - timedelta(days=1)
    return HeldPlace.objects.filter(kind="invitation", since__gt=since).count() + len(it.invitees) > 15


def place_is_over(it: Refused) -> bool:
    place = HeldPlace.objects.get(pk=it.place.pk)
    return place.state != "held" or place.expires_at <= it.at


def place_was_taken(it: Refused) -> bool:
    return HeldPlace.objects.get(pk=it.place.pk).state == "taken"


def seat_is_held_elsewhere(it: Refused) -> bool:
    """RULES 60: a place moves into the seat only if nothing holds it and it belongs to the same person."""
    return any(
        one.attendee_id != it.by.pk
        or Hold.objects.filter(registration=one, ended_at=None).exists()
        or it.is_fixed(one.slot)
        for one in it.places_of(it.by.email)
    )


def nothing_waits_for_a_code(it: Refused) -> bool:
    place = place_of(it.event, it.browser)
    return place is None or place.state != "held" or place.expires_at <= it.at


def code_is_wrong(it: Refused) -> bool:
    return bool(it.code == "no code")


# The event as a whole


def starts_in_the_past(it: Refused) -> bool:
    return bool(it.fields["starts_at"] <= it.at)


def moves_before_a_draw(it: Refused) -> bool:
    """RULES 43."""
    waiting = Lottery.objects.filter(slot__event=it.event, closes_at__lte=it.at).exclude(state="drawn")
    return any(it.fields["starts_at"] <= one.draws_at for one in waiting)


def too_soon_for_a_lottery(it: Refused) -> bool:
    moves = it.fields["starts_at"] - it.event.starts_at
    entering = Lottery.objects.filter(slot__event=it.event, state="announced", closes_at__gt=it.at)
    return any(one.closes_at + moves <= it.at + HOUR for one in entering)


def has_begun(it: Refused) -> bool:
    return it.event.starts_at <= it.at


def is_too_soon_to_publish(it: Refused) -> bool:
    """Entries have closed, and would close at once if they were opened again."""
    closed = [one for one in Lottery.objects.filter(slot__event=it.event) if one.closes_at <= it.at]
    return bool(closed) and usual_lottery_dates(it.event.starts_at, it.event.time_zone, it.at).closes_at <= it.at


# What can be undone


def undo_has_ended(it: Refused) -> bool:
    """RULES 190: the ten minutes are over, or someone has decided."""
    return not Undo.objects.filter(pk=it.undo.pk).exists() or it.undo.until <= it.at


def changed_since(it: Refused) -> bool:
    """RULES 193: the event has another date again."""
    return bool(it.event.starts_at.isoformat() != it.undo.before["fields"]["starts_at"][1])


def was_drawn_since(it: Refused) -> bool:
    """RULES 193: entries have closed, and the draw would come after the start."""
    start = datetime.fromisoformat(it.undo.before["fields"]["starts_at"][0])
    waiting = Lottery.objects.filter(slot__event=it.event, closes_at__lte=it.at).exclude(state="drawn")
    return any(start <= one.draws_at for one in waiting)
