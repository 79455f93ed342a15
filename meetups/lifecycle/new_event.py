"""Steps that make a new event, publish it and take it back. The caller has opened the transaction."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.core.errors import DomainError
from meetups.events.models import Event, Undo, UnfinishedEvent
from meetups.events.undo import keep_undo, mail_leaves_at
from meetups.history.models import record
from meetups.lifecycle.messages.message_steps import withdraw_overdue
from meetups.lifecycle.people_there import someone_is_there
from meetups.lifecycle.visibility import asked_for_news
from meetups.notifications.notify import drop_thread
from meetups.registrations.admission import usual_deadlines, usual_lottery_dates
from meetups.registrations.models import Lottery, Slot
from meetups.registrations.new_slots import SlotPlan, open_slots
from meetups.registrations.opening import refuse_late_opening
from meetups.registrations.pen.seats import Seats
from meetups.registrations.refusals import TooSoonForALottery, refuse_unless_ahead
from meetups.speakers.models import Rehearsal
from meetups.volunteers.shift_plan import ShiftPlan, open_shift


class DateHasPassed(DomainError):
    message = _("The event would begin in the past. Change its date first.")


class CommunityRests(DomainError):
    message = _("This community is resting. Wake it first, then publish the event.")


class SomeoneKnowsIt(DomainError):
    message = _("Someone already has a part in this event, or has written about it. Cancel it instead.")


class AlreadyAnEvent(DomainError):
    message = _("This was saved as an event in another window meanwhile. What you typed here isn’t in it.")


@dataclass(frozen=True)
class RehearsalPlan:
    """Time and link of the rehearsal. Instants are UTC."""

    starts_at: datetime
    ends_at: datetime
    join_url: str = ""


@dataclass(frozen=True)
class EventPlan:
    """The input of the page for a new event. `fields` are those of Event. Instants are UTC.

    A slot with admission duty gets the sum of the shifts' maximum as its capacity, and all shifts belong to it. If `fields` has a
    `public_id`, a plan that is sent twice makes only one event. `seen` and `tab` say of which unfinished draft the page was, and `seen`
    is empty where it had kept none.
    """

    fields: dict[str, object]
    slots: list[SlotPlan] = field(default_factory=list)
    shifts: list[ShiftPlan] = field(default_factory=list)
    rehearsal: RehearsalPlan | None = None
    seen: str = ""
    tab: str = ""


def lay_out(community: Community, plan: EventPlan, *, at: datetime, by: User) -> Event:
    """Writes the draft and its parts, in the place of what was kept while it was typed (RULES 255).

    If the community already has an event with that public id, returns that event unchanged. Raises ChangedMeanwhile if another page
    saved what was typed, and AlreadyAnEvent if it made the event of it.
    """
    if "public_id" in plan.fields:
        Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        planned = Event.objects.filter(community=community, public_id=plan.fields["public_id"]).first()
        if planned and plan.seen:
            raise AlreadyAnEvent
        if planned:
            return planned
        for unfinished in UnfinishedEvent.objects.filter(public_id=plan.fields["public_id"], community=community):
            unfinished.refuse_another_tab(seen=plan.seen, tab=plan.tab)
            unfinished.delete()
    event = Event.objects.create(community=community, created_at=at, **plan.fields)
    slots = open_slots(event, plan.slots)
    refuse_late_opening(event, slots, at=at)
    duty = next((slot for slot in slots if slot.admission == Slot.Admission.DUTY), None)
    deadline = usual_deadlines(event.starts_at, event.format).promotion_stops_at
    for shift in plan.shifts:
        open_shift(event, shift, slot=duty, step_down_until=min(deadline, shift.starts_at))
    if duty:
        duty.capacity = sum(shift.maximum for shift in plan.shifts)
        duty.save(update_fields=["capacity"])
    if plan.rehearsal:
        Rehearsal.objects.create(event=event, **plan.rehearsal.__dict__)
    record(
        thread=event.thread, subject=f"event:{event.pk}", verb="plan_event", at=at, by=by, to_state=Event.State.DRAFT
    )
    return event


def make_public(
    event: Event, lotteries: Iterable[Lottery], *, at: datetime, by: User, together: Collection[int] = ()
) -> None:
    """Publishes a draft whose lotteries are `lotteries`. For ten minutes it can be taken back, with the events `together` that were
    published in the same press (RULES 256). Raises CommunityRests, DateHasPassed, TooSoonForALottery.

    If entries would have closed while it was a draft, the usual dates are computed again. No one has been told other dates.
    """
    if Community.objects.filter(pk=event.community_id, resting_since__isnull=False).exists():
        raise CommunityRests
    if event.starts_at <= at:
        raise DateHasPassed
    for lottery in lotteries:
        if lottery.closes_at <= at:
            dates = usual_lottery_dates(event.starts_at, event.time_zone, at)
            if dates.closes_at <= at:
                raise TooSoonForALottery
            lottery.closes_at, lottery.draws_at = dates.closes_at, dates.draws_at
            lottery.save(update_fields=["closes_at", "draws_at"])
    withdraw_overdue(event, at=at, by=by)
    event.state = Event.State.PUBLISHED
    event.published_at = event.schedule_since = at
    event.save(update_fields=["state", "published_at", "schedule_since"])
    record(
        thread=event.thread,
        subject=f"event:{event.pk}",
        verb="publish_event",
        at=at,
        by=by,
        from_state=Event.State.DRAFT,
        to_state=event.state,
    )
    keep_undo(
        event,
        Undo.Kind.PUBLICATION,
        subject=f"event:{event.pk}",
        at=at,
        by=by,
        until=mail_leaves_at(event.starts_at, at=at),
        people=asked_for_news(event).count(),
        before={"together": [*together] or [event.pk]},
    )


def unpublish(seats: Seats, *, at: datetime, by: User) -> None:
    """A published event is a draft again, and mail about it that has not left does not leave (RULES 223). Raises EventClosed,
    SomeoneKnowsIt.
    """
    event = seats.event
    refuse_unless_ahead(event, at)
    _wait_for_writers(event)
    lotteries = filter(None, map(seats.lottery_of, seats.slots.values()))
    if someone_is_there(event) or any(one.state != Lottery.State.ANNOUNCED for one in lotteries):
        raise SomeoneKnowsIt
    event.state = Event.State.DRAFT
    event.published_at = event.schedule_since = event.reminder_times_since = None
    event.save(update_fields=["state", "published_at", "schedule_since", "reminder_times_since"])
    Undo.objects.filter(event=event).delete()
    drop_thread(event.thread)
    record(
        thread=event.thread,
        subject=f"event:{event.pk}",
        verb="back_to_draft",
        at=at,
        by=by,
        from_state=Event.State.PUBLISHED,
        to_state=event.state,
    )


def _wait_for_writers(event: Event) -> None:
    """Who proposes a talk or writes about the event doesn't lock its seats. After this they are there, or find a draft."""
    Event.objects.select_for_update().only("pk").get(pk=event.pk)
