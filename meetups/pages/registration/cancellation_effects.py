"""The consequences of leaving an event, as they are shown before the click."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from django.utils.translation import gettext as _

from meetups.lifecycle.participants import Participant
from meetups.pages.sheets.my_part import MyPart
from meetups.pages.sheets.pending_requests import moment
from meetups.registrations.models import Registration
from meetups.registrations.pen.seat_offers import can_hand_over, someone_can_take, someone_moves_up

State = Registration.State


@dataclass(frozen=True)
class Leaving:
    """The consequence in one sentence, what can be done later, and what else ends.

    With `hands_over` the attendee does not leave at once: the seat is offered to the queue (RULES 7). With `is_on_its_way` the
    seat is already being offered, and the attendee can keep it.
    """

    consequence: str
    more: str = ""
    also: list[str] = field(default_factory=list)
    hands_over: bool = False
    is_on_its_way: bool = False

    @classmethod
    def of(cls, my: MyPart, *, at: datetime) -> Self:
        """What happens when the attendee leaves at `at`."""
        registration = my.part.registration
        also = _also(my.part)
        if registration is None:
            return cls(_("All your shifts and talks at this event are canceled too."), "", also)
        if registration.state == State.APPLIED:
            return cls(_("You’ll be removed from the lottery."), _again(registration, at), also)
        if registration.state == State.WAITLISTED:
            return cls(
                _("You’ll lose your position on the waitlist."),
                _("If you register again, you go to the end of the waitlist."),
                also,
            )
        if not registration.slot.promotion_is_open(at):
            return cls(
                _("You’ll give up your seat."),
                _(
                    "It’s too late to pass your seat on, but letting us know still helps the check-in team. It "
                    "won’t count as a no-show."
                ),
                also,
            )
        if someone_moves_up(registration, registration.slot):
            return cls._passing_on(my, registration, also, at=at)
        if registration.above_capacity:
            return cls(_("You’ll give up your seat."), "", also)
        return cls(
            _("Your seat becomes available right away."), _("You can register again while seats are left."), also
        )

    @classmethod
    def _passing_on(cls, my: MyPart, registration: Registration, also: list[str], *, at: datetime) -> Self:
        """Someone waits for the seat. After the end of free cancellation they are asked first, unless the seat comes with a duty."""
        slot, until = registration.slot, {"when": moment(registration.slot.promotion_stops_at, my.event)}
        if registration.hands_over_at:
            return cls(
                _("Your seat is being offered to the waitlist. It stays yours until someone accepts."),
                _("If no one accepts by %(when)s, your registration ends. It won’t count as a no-show.") % until,
                is_on_its_way=True,
            )
        if can_hand_over(registration, slot, at) and not also and someone_can_take(registration, slot):
            return cls(
                _("Your seat is offered to the waitlist and stays yours until someone accepts."),
                _(
                    "Each person has up to 6 hours to accept; until then you can change your mind. If no one "
                    "accepts by %(when)s, your registration ends. It never counts as a no-show."
                )
                % until,
                hands_over=True,
            )
        return cls(_("The next person on the waitlist gets in right away."), _("You can’t undo this."), also)


def _again(registration: Registration, at: datetime) -> str:
    lottery = registration.slot.draws_from
    if lottery and lottery.takes_entries(at):
        return _("You can enter again until entries close.")
    return _("Entries are closed: if you register again, you go to the end of the waitlist.")


def _also(part: Participant) -> list[str]:
    shifts = [_("Your shift “%(title)s” is canceled too.") % {"title": signup.shift.title} for signup in part.signups]
    talks = [
        (
            _("Your talk “%(title)s” is withdrawn too.")
            if part.leads(talk)
            else _("“%(title)s” goes ahead with its other speakers.")
        )
        % {"title": talk.title}
        for talk in part.talks
    ]
    return [*shifts, *talks]


def deadlines_of(my: MyPart, *, at: datetime) -> str:
    """The deadlines for leaving, for a confirmed attendee of a general slot. Empty for all others, and while the seat is being
    passed on.
    """
    registration = my.registration
    if registration is None or not my.is_confirmed or not registration.slot.is_general or registration.hands_over_at:
        return ""
    slot = registration.slot
    free, stops = moment(slot.free_cancellation_ends_at, my.event), moment(slot.promotion_stops_at, my.event)
    if at < slot.free_cancellation_ends_at < slot.promotion_stops_at:
        return _(
            "Until %(free)s the next person gets in at once. Until %(stops)s your seat is offered to the "
            "waitlist and stays yours until someone accepts. After that no one moves up, but please still "
            "tell us."
        ) % {"free": free, "stops": stops}
    if at < slot.free_cancellation_ends_at:
        return _(
            "Until %(free)s the next person gets in at once. After that no one moves up, but please still tell us."
        ) % {"free": free}
    if at < slot.promotion_stops_at:
        return _(
            "Until %(stops)s your seat is offered to the waitlist and stays yours until someone accepts. "
            "After that no one moves up, but please still tell us."
        ) % {"stops": stops}
    return _(
        "It’s too late for anyone to move up, but letting us know still helps the check-in team. It "
        "won’t count as a no-show."
    )
