"""A person's part in an event, in words: their state, and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from meetups.accounts.models import User
from meetups.core import dates
from meetups.events.models import Event
from meetups.lifecycle.participants import Participant
from meetups.lifecycle.rehearsal_people import rehearsal_people
from meetups.pages.sheets.duties import Duty
from meetups.pages.sheets.my_steps import Step, holds_seat, steps_of, way_out_of
from meetups.pages.sheets.pending_requests import PendingRequest, moment
from meetups.registrations.models import Offer, Registration
from meetups.registrations.pen.queue_numbers import queue_number
from meetups.speakers.models import Rehearsal, Talk
from meetups.volunteers.models import Shift, Signup

State = Registration.State
# The page of the day begins this long before an event on site.
ARRIVE = timedelta(hours=3)


@dataclass
class MyPart:
    """A person's part in `event`, in words. `tone` is certain, waiting, lottery, act or over; `number` is the place in the queue.

    `asked` is a request that waits for the person's answer; `duties` are their shifts; `way_out` is the link for those who can no
    longer come, with its deadline.
    """

    event: Event
    part: Participant
    tone: str
    sentence: str
    more: str = ""
    steps: list[Step] = field(default_factory=list)
    number: int = 0
    asked: PendingRequest | None = None
    duties: list[Duty] = field(default_factory=list)
    way_out: tuple[str, str] = ("", "")

    @property
    def registration(self) -> Registration | None:
        return self.part.registration

    @property
    def standing(self) -> str:
        """The state and the slot, in words: `参加確定・一般参加枠`."""
        registration = self.registration
        if registration is None:
            return ""
        if self.event.is_cancelled:
            return str(self.event.get_state_display())
        facts = {"state": capfirst(registration.get_state_display()), "slot": registration.slot.name}
        return pgettext("state and slot", "%(state)s · %(slot)s") % facts

    @property
    def says(self) -> str:
        """The sentence below `standing`, which does not say the state again."""
        if self.tone != "certain" or not self.is_confirmed or self.works_after:
            return self.sentence
        when = {
            "day": _day(self.event.starts_at, self.event),
            "time": dates.clock(self.event.starts_at, self.event.time_zone, _language()),
        }
        return _("See you on %(day)s at %(time)s.") % when

    @property
    def is_sure(self) -> bool:
        """Whether nothing stands between the person and their seat: then the ticket is stamped."""
        return self.is_confirmed and self.tone in {"certain", "over"} and not self.event.is_cancelled

    @property
    def label(self) -> str:
        """The slot, and the number by which people of one name are told apart at the door."""
        registration = self.registration
        if registration is None or registration.number is None:
            return registration.slot.name if registration else ""
        return _("%(slot)s · No. %(number)s") % {"slot": registration.slot.name, "number": registration.number}

    @property
    def is_confirmed(self) -> bool:
        return self.registration is not None and self.registration.state == State.CONFIRMED

    @property
    def is_held(self) -> bool:
        """Whether a shift or a talk holds the seat. Such a seat does not change its slot."""
        return self.is_confirmed and holds_seat(self.part)

    @property
    def has_only_a_seat(self) -> bool:
        """Whether the person has no talk and no shift, and is asked nothing. People with such a seat see nearly the same."""
        return self.registration is not None and not (self.part.talks or self.part.signups or self.asked)

    @property
    def works_after(self) -> bool:
        """Whether a shift of the person goes on when the event is over."""
        late = any(self.event.ends_at <= duty.at < duty.shift.ends_at for duty in self.duties)
        return late and not self.event.is_cancelled

    @property
    def teardown_url(self) -> str:
        """The list of the person's teardown, on the day until their shift ends; empty otherwise."""
        opens, teardown = self.event.starts_at - ARRIVE, Shift.Phase.TEARDOWN
        has_list = any(duty.shift.phase == teardown and opens <= duty.at < duty.shift.ends_at for duty in self.duties)
        return reverse("teardown", args=[self.event.public_id]) if has_list and self.event.is_published else ""

    @property
    def to_confirm(self) -> Talk | None:
        """The person's own talk that was accepted and waits for confirmation."""
        own = filter(self.part.leads, self.part.talks)
        return next((talk for talk in own if talk.state == Talk.State.ACCEPTED), None)


def has_part(part: Participant) -> bool:
    """Whether the person has any part in the event."""
    return bool(part.registration or part.talks or part.signups)


def my_part(event: Event, part: Participant, *, at: datetime) -> MyPart | None:
    """The part in words; None for a person without a part."""
    if not has_part(part):
        return None
    registration = part.registration
    number = queue_number(registration) if registration and registration.state == State.WAITLISTED else 0
    is_asked = registration is not None and event.is_open(at)
    asked = PendingRequest.of(event, registration, number=number, at=at) if registration and is_asked else None
    tone, sentence, more = (asked.tone, asked.sentence, asked.more) if asked else _state(event, part, number, at=at)
    slot = registration.slot if registration else None
    steps = steps_of(event, slot, registration, at=at, part=part) if slot and event.is_open(at) else []
    duties = [Duty(event, signup.shift, at, is_mine=True) for signup in part.signups]
    way_out = way_out_of(event, registration, at=at) if registration and is_asked else ("", "")
    return MyPart(event, part, tone, sentence, more, steps, number, asked, duties, way_out)


def registrations_of(person: User) -> QuerySet[Registration]:
    """The person's active registrations with all data for their texts. Waiting ones know how many people are ahead, and what they
    are offered. One query.
    """
    ahead = (
        Registration.objects.filter(slot=OuterRef("slot"), state=State.WAITLISTED, place__lt=OuterRef("place"))
        .order_by()
        .values("slot")
        .annotate(n=Count("*"))
        .values("n")
    )
    offered = Offer.objects.open().filter(taker=OuterRef("pk")).order_by()
    return (
        Registration.objects.active()
        .filter(attendee=person)
        .select_related("event__community", "slot__lottery", "slot__reconfirmation")
        .annotate(
            ahead=Coalesce(Subquery(ahead), 0),
            offer_pk=Subquery(offered.values("pk")),
            offer_answer_by=Subquery(offered.values("answer_by")),
        )
    )


def parts_ahead(person: User, *, at: datetime) -> list[MyPart]:
    """The person's parts in everything ahead, soonest first. Four queries, any size."""
    parts: dict[int, tuple[Event, Participant]] = {}

    def part(event: Event) -> Participant:
        return parts.setdefault(event.pk, (event, Participant(person)))[1]

    for registration in registrations_of(person).filter(event__ends_at__gt=at).order_by("event__starts_at", "pk"):
        part(registration.event).registration = registration
    talks = Talk.objects.alive().filter(event__ends_at__gt=at).held_by(person).with_speakers()
    for talk in talks.select_related("event__community", "event__rehearsal", "readiness").order_by("pk"):
        part(talk.event).talks.append(talk)
    signups = Signup.objects.active().filter(volunteer=person, shift__ends_at__gt=at)
    for signup in signups.select_related("shift__event__community").order_by("shift__starts_at"):
        part(signup.shift.event).signups.append(signup)
    found = [my_part(event, one, at=at) for event, one in parts.values()]
    return sorted(filter(None, found), key=lambda one: (one.event.starts_at, one.event.pk))


def next_part(person: User, *, at: datetime) -> MyPart | None:
    """The person's part in the next event with a registration, for the top of the home page."""
    registration = (
        registrations_of(person)
        .filter(event__ends_at__gt=at, event__state=Event.State.PUBLISHED)
        .order_by("event__starts_at", "pk")
        .first()
    )
    return my_part(registration.event, Participant(person, registration), at=at) if registration else None


def _state(event: Event, part: Participant, number: int, *, at: datetime) -> tuple[str, str, str]:
    """The tone, the sentence, and the text below it."""
    registration = part.registration
    if event.is_cancelled:
        return "over", _("This event was canceled."), _("You don’t need to do anything.")
    if event.is_over(at):
        late = [signup.shift for signup in part.signups if at < signup.shift.ends_at]
        if late:
            return "certain", _("Your shift: %(shift)s.") % {"shift": late[0].title}, ""
        return "over", *_afterwards(registration)
    if registration is None:
        return _without_seat(part)
    when = {"day": _day(event.starts_at, event), "time": dates.clock(event.starts_at, event.time_zone, _language())}
    if registration.state == State.CONFIRMED:
        sentence = _("You’re confirmed. See you on %(day)s at %(time)s.") % when
        return "certain", sentence, _duties(part) or _answered(registration)
    lottery = registration.slot.draws_from
    if registration.state == State.APPLIED and lottery:
        draws = {"when": moment(lottery.draws_at, event)}
        if lottery.draws_at <= at:
            return "lottery", _("The draw is in progress. We’ll email you the result."), ""
        return "lottery", _("You’re in the lottery. We’ll email you the result on %(when)s.") % draws, ""
    if lottery and not lottery.is_drawn:
        return (
            "waiting",
            _("You’re #%(number)d on the waitlist (joined after entries closed).") % {"number": number},
            _("Everyone in the draw comes first. We’ll email you if you get a seat."),
        )
    until = {"when": moment(registration.slot.promotion_stops_at, event)}
    if not registration.slot.promotion_is_open(at):
        return (
            "waiting",
            _("You’re #%(number)d on the waitlist.") % {"number": number},
            _("The waitlist stopped moving up on %(when)s.") % until,
        )
    return (
        "waiting",
        _("You’re #%(number)d on the waitlist.") % {"number": number},
        _("When someone cancels, the next person gets in and is emailed. This runs until %(when)s.") % until,
    )


def _afterwards(registration: Registration | None) -> tuple[str, str]:
    if registration and registration.checked_in_at:
        return _("Thank you for coming."), ""
    return _("This event is over."), ""


def _without_seat(part: Participant) -> tuple[str, str, str]:
    """The state of a person with an unconfirmed talk, or with a shift that guarantees no seat."""
    if any(talk.state == Talk.State.ACCEPTED and part.leads(talk) for talk in part.talks):
        return "act", _("Your talk was accepted. Confirm it to get your seat."), ""
    if part.talks and not any(map(part.leads, part.talks)):
        sentence = _("You’re a co-speaker of “%(title)s”. Once the talk is confirmed, so is your seat.")
        return "waiting", sentence % {"title": part.talks[0].title}, ""
    if part.talks:
        return "waiting", _("Your proposal is with the organizers. They’ll reply by email."), ""
    return "certain", _("You’re signed up for %(shift)s. Thank you!") % {"shift": part.signups[0].shift.title}, ""


def _answered(registration: Registration) -> str:
    """The answer to the attendance check."""
    return _("You replied that you’re coming. Thank you.") if registration.reconfirmed_at else ""


def _duties(part: Participant) -> str:
    """The talk and the shift that come with the seat."""
    if any(talk.state == Talk.State.CONFIRMED for talk in part.talks) and part.signups:
        return _("You’re on the program. Your shift: %(shift)s.") % {"shift": part.signups[0].shift.title}
    if any(talk.state == Talk.State.CONFIRMED for talk in part.talks):
        return _("You’re on the program.")
    if part.signups:
        return _("Your shift: %(shift)s.") % {"shift": part.signups[0].shift.title}
    return ""


def _language() -> str:
    return get_language() or "en"


def _day(at: datetime, event: Event) -> str:
    return dates.day(at, event.time_zone, _language())


def rehearsal_for(event: Event, part: Participant | None) -> Rehearsal | None:
    """The rehearsal, for a person who belongs to it with a talk or a shift; else None."""
    if part is None or not (part.talks or part.signups):
        return None
    rehearsal = Rehearsal.objects.filter(event=event).first()
    return rehearsal if rehearsal and rehearsal_people([event], only=part.person) else None


def latest_of(person: User, *, at: datetime, limit: int) -> Iterable[Registration]:
    """The person's seats at past events, latest first."""
    return (
        Registration.objects.confirmed()
        .filter(attendee=person, event__ends_at__lte=at)
        .select_related("event__community", "slot")
        .order_by(F("event__starts_at").desc(), "-pk")[:limit]
    )
