"""Reasons to refuse a person who registers, leaves, volunteers or speaks."""

from datetime import timedelta

from meetups.accounts.models import User
from meetups.registrations.models import (
    Hold,
    Lottery,
    Offer,
    Reconfirmation,
    Registration,
)
from meetups.speakers.models import CoSpeaker, Talk
from meetups.volunteers.models import Shift, Signup
from tests.concurrency.right.event import over
from tests.concurrency.right.refused import HOUR, Reason, Refused, lottery_of, mailbox

# People and their places


def who(it: Refused) -> User:
    names = ("attendee", "person", "volunteer", "speaker", "by")
    found: User = next(it.named[name] for name in names if name in it.named)
    return found


def has_place(it: Refused) -> bool:
    return bool(it.places_of(who(it).email))


def other_account_has_place(it: Refused) -> bool:
    """RULES 44."""
    person = it.talk.speaker if "talk" in it.named else who(it)
    accounts = {person.pk}
    if "talk" in it.named:
        accounts |= set(CoSpeaker.objects.filter(talk=it.talk, state="joined").values_list("person", flat=True))
    people = User.objects.filter(pk__in=accounts)
    return any(one.attendee_id != each.pk for each in people for one in it.places_of(each.email))


def has_no_part(it: Refused) -> bool:
    talks = Talk.objects.filter(event=it.event, state__in=["proposed", "accepted", "confirmed"], speaker=it.person)
    together = CoSpeaker.objects.filter(talk__event=it.event, state="joined", person=it.person)
    signups = Signup.objects.filter(shift__event=it.event, state="signed_up", volunteer=it.person)
    own = [one for one in it.places_of(it.person.email) if one.attendee_id == it.person.pk]
    return not (own or talks.exists() or together.exists() or signups.exists())


def is_gone(it: Refused) -> bool:
    return it.registration.state == "cancelled"


def has_no_seat(it: Refused) -> bool:
    return it.registration.state != "confirmed"


def is_held(it: Refused) -> bool:
    return Hold.objects.filter(registration=it.registration, ended_at=None).exists()


def would_wait(it: Refused) -> bool:
    """RULES 1: after the change the person would be in the queue of the other slot, or would lose the seat that they have."""
    waits = Registration.objects.filter(slot=it.slot, state="waitlisted").exists()
    gives_up = it.registration.state == "confirmed" and it.takes_entries(it.slot)
    if it.accept_waiting:
        return False
    return waits or gives_up or it.is_fixed(it.slot) or (not it.takes_entries(it.slot) and it.has_no_seat_for(it.slot))


def only_the_check_in_keeps_it(it: Refused) -> bool:
    """RULES 111."""
    ended = Hold.objects.filter(registration=it.registration, slot=it.registration.slot, ended_at__isnull=False)
    return not is_held(it) and ended.exists() and not over(it) and it.event.state == "published"


# Lotteries and pairs


def not_to_be_drawn(it: Refused) -> bool:
    lottery = Lottery.objects.get(pk=it.lottery.pk)
    return lottery.state != "seeded" or lottery.draws_at > it.at


def not_to_be_fetched(it: Refused) -> bool:
    lottery = Lottery.objects.get(pk=it.lottery.pk)
    return lottery.state != "frozen" or lottery.draws_at > it.at


def not_among_the_entries(it: Refused) -> bool:
    return it.registration.state != "applied" or not it.takes_entries(it.registration.slot)


def cannot_be_two(it: Refused) -> bool:
    """RULES 17: the entry is in an open lottery that takes pairs, and is not in a pair yet."""
    lead = it.registration
    second = Registration.objects.filter(lead=lead).exclude(state="cancelled")
    return (
        not_among_the_entries(it)
        or not lead.slot.takes_pairs
        or lead.slot.closes_at <= it.at
        or lead.lead_id is not None
        or second.exists()
    )


def is_oneself(it: Refused) -> bool:
    lead = it.invitation.lead.attendee
    return lead is None or mailbox(lead.email) == mailbox(who(it).email)


def pair_is_over(it: Refused) -> bool:
    return it.invitation.state != "open"


def lead_is_in_no_lottery(it: Refused) -> bool:
    lead = it.invitation.lead
    return lead.state != "applied" or lottery_of(lead.slot) is None or not lead.slot.takes_pairs


def entries_have_closed(it: Refused) -> bool:
    return not it.takes_entries(it.invitation.lead.slot)


def slot_of_lead_closed(it: Refused) -> bool:
    return bool(it.invitation.lead.slot.closes_at <= it.at)


# Offers, questions, no-shows


def offer_is_over(it: Refused) -> bool:
    """RULES 7, 46: a valid offer is in time, its seat is still to be given, and the taker is still in the queue."""
    offer = Offer.objects.select_related("giver__slot", "taker").get(pk=it.offer.pk)
    giver, taker = offer.giver, offer.taker
    stands = giver.state == "confirmed" and giver.hands_over_at is not None and taker.state == "waitlisted"
    return offer.state != "open" or offer.answer_by <= it.at or not stands or giver.slot.promotion_stops_at <= it.at


def nothing_was_asked(it: Refused) -> bool:
    return it.registration.asked_at is None


def is_handed_over(it: Refused) -> bool:
    return it.registration.hands_over_at is not None


def asked_already(it: Refused) -> bool:
    questions = Reconfirmation.objects.exclude(state="planned")
    if "reconfirmation" in it.named:
        return questions.filter(pk=it.reconfirmation.pk).exists()
    return questions.filter(slot=it.slot).exists()


def asked_in_the_past(it: Refused) -> bool:
    return bool(it.ask_at < it.at)


def asked_before_the_draw(it: Refused) -> bool:
    lottery = lottery_of(it.slot)
    return bool(lottery and lottery.state != "drawn" and it.ask_at < lottery.draws_at)


def answered_too_late(it: Refused) -> bool:
    return bool(it.answer_by > it.slot.promotion_stops_at - 24 * HOUR)


def too_little_time(it: Refused) -> bool:
    return bool(it.answer_by - it.ask_at < 24 * HOUR)


def not_over(it: Refused) -> bool:
    return not over(it) or it.event.state != "published"


def too_long_ago(it: Refused) -> bool:
    return bool(it.event.ends_at <= it.at - timedelta(days=180))


def nobody_was_checked_in(it: Refused) -> bool:
    there = Registration.objects.filter(event=it.event, state="confirmed", checked_in_at__isnull=False)
    return not there.exists()


def was_not_absent(it: Refused) -> bool:
    one = it.registration
    return one.absent_at is None or one.excused_at is not None or one.attendee_id != it.by.pk


# Shifts and talks


def shift_has_begun(it: Refused) -> bool:
    return it.shift.cancelled_at is not None or it.shift.starts_at <= it.at


def shift_is_being_canceled(it: Refused) -> bool:
    """RULES 224."""
    return it.shift.cancelled_at is None and it.shift.cancels_at is not None


def shift_is_called_off(it: Refused) -> bool:
    return it.shift.cancelled_at is not None or it.event.state == "cancelled"


def shift_is_full(it: Refused) -> bool:
    return Signup.objects.filter(shift=it.shift, state="signed_up").count() >= it.shift.maximum


def is_busy(it: Refused) -> bool:
    same = Signup.objects.filter(state="signed_up", volunteer=it.volunteer, shift__cancelled_at=None)
    during = same.filter(shift__starts_at__lt=it.shift.ends_at, shift__ends_at__gt=it.shift.starts_at)
    return during.exclude(shift=it.shift).exists()


def shift_is_over(it: Refused) -> bool:
    return it.shift.ends_at <= it.at


def shift_of_signup_is_over(it: Refused) -> bool:
    return Shift.objects.get(pk=it.signup.shift_id).ends_at <= it.at


def planned_in_the_past(it: Refused) -> bool:
    return bool(it.plan.ends_at <= it.at)


def more_people_than_maximum(it: Refused) -> bool:
    return bool(Signup.objects.filter(shift=it.shift, state="signed_up").count() > it.plan.maximum)


def has_begun(it: Refused) -> bool:
    return it.event.starts_at <= it.at or it.event.state != "published"


def proposes_much(it: Refused) -> bool:
    return Talk.objects.filter(event=it.event, speaker=it.speaker, state="proposed").count() >= 3


def is_not(*states: str) -> Reason:
    return lambda it: it.talk.state not in states


def speaks_in_it(it: Refused) -> bool:
    there = CoSpeaker.objects.filter(talk=it.talk, state__in=["asked", "joined"])
    return mailbox(it.address) in {
        mailbox(one) for one in [it.talk.speaker.email, *there.values_list("address", flat=True)]
    }


def three_co_speakers(it: Refused) -> bool:
    return CoSpeaker.objects.filter(talk=it.talk, state__in=["asked", "joined"]).count() >= 3


def invited_much(it: Refused) -> bool:
    """RULES 130, in a community's first week."""
    of_speaker = CoSpeaker.objects.filter(talk__speaker=it.talk.speaker, asked_at__gt=it.at - timedelta(days=1))
    return of_speaker.count() >= 15


def asked_enough(it: Refused) -> bool:
    return CoSpeaker.objects.filter(asked_at__gt=it.at - timedelta(days=1), talk=it.talk).count() >= 10
