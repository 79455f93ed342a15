"""What leaving an event means, named before the click."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from django.utils.translation import gettext as _

from meetups.lifecycle.participants import Participant
from meetups.pages.sheets.my_part import Mine
from meetups.pages.sheets.pending_requests import moment
from meetups.registrations.models import Registration
from meetups.registrations.pen.seat_offers import can_hand_over, somebody_moves_up

State = Registration.State


@dataclass(frozen=True)
class Leaving:
    """The consequence in one sentence, what can be done later, and what else ends.

    With `hands_over` the person does not leave at once: her seat is offered to who waits (RULES 7). With `is_on_its_way` it is
    already, and she can keep it.
    """

    consequence: str
    more: str = ""
    also: list[str] = field(default_factory=list)
    hands_over: bool = False
    is_on_its_way: bool = False

    @classmethod
    def of(cls, my: Mine, *, at: datetime) -> Self:
        """What happens when the person leaves at `at`."""
        registration = my.part.registration
        also = _also(my.part)
        if registration is None:
            return cls(_("What you have taken on at this event ends."), "", also)
        if registration.state == State.APPLIED:
            return cls(_("Your entry leaves the lottery."), _again(registration, at), also)
        if registration.state == State.WAITLISTED:
            return cls(_("You lose your place in the queue."), _("Coming back means the end of the queue."), also)
        if not registration.slot.promotion_is_open(at):
            return cls(
                _("You give your seat back."),
                _(
                    "It is too late for somebody else to move up. Saying so still helps those at the door, and it does not count as a no-show."
                ),
                also,
            )
        if somebody_moves_up(registration, registration.slot):
            return cls._passing_on(my, registration, also, at=at)
        return cls(_("Your seat becomes free at once."), _("Coming back is possible as long as there are seats."), also)

    @classmethod
    def _passing_on(cls, my: Mine, registration: Registration, also: list[str], *, at: datetime) -> Self:
        """Somebody waits for the seat: from when free cancellation ends she is asked first, unless the seat comes with a duty."""
        slot, until = registration.slot, {"when": moment(registration.slot.promotion_stops_at, my.event)}
        if registration.hands_over_at:
            return cls(
                _("Your seat is being passed on. Until somebody takes it, it is yours."),
                _("If nobody has taken it by %(when)s, your registration ends then. That does not count as a no-show.")
                % until,
                is_on_its_way=True,
            )
        if can_hand_over(registration, slot, at) and not also:
            return cls(
                _("Your seat is offered to the next in the queue, and stays yours until somebody takes it."),
                _(
                    "Each person asked has up to 6 hours to answer. Until somebody says yes you can take it back. "
                    "If nobody has taken it by %(when)s, your registration ends then. Either way it does not count as a no-show."
                )
                % until,
                hands_over=True,
            )
        return cls(_("Your seat goes to the next in the queue at once."), _("You cannot take it back."), also)


def _again(registration: Registration, at: datetime) -> str:
    lottery = registration.slot.draws_from
    if lottery and lottery.takes_entries(at):
        return _("You can enter again until entries close.")
    return _("Entries have closed: coming back means the end of the queue.")


def _also(part: Participant) -> list[str]:
    shifts = [_("Your shift “%(title)s” ends.") % {"title": signup.shift.title} for signup in part.signups]
    talks = [
        (_("Your talk “%(title)s” is withdrawn.") if part.leads(talk) else _("“%(title)s” goes on without you."))
        % {"title": talk.title}
        for talk in part.talks
    ]
    return [*shifts, *talks]


def deadlines_of(my: Mine, *, at: datetime) -> str:
    """Until when leaving means what, for somebody with a seat that others wait for when it is free; empty for everybody else."""
    registration = my.registration
    if registration is None or not my.is_confirmed or not registration.slot.is_general or registration.hands_over_at:
        return ""
    slot = registration.slot
    free, stops = moment(slot.free_cancellation_ends_at, my.event), moment(slot.promotion_stops_at, my.event)
    if at < slot.free_cancellation_ends_at < slot.promotion_stops_at:
        return _(
            "Until %(free)s your seat goes to the next person at once. Then, until %(stops)s, it is offered to who waits and stays yours "
            "until somebody takes it. After that nobody moves up, but saying so still helps."
        ) % {"free": free, "stops": stops}
    if at < slot.free_cancellation_ends_at:
        return _(
            "Until %(free)s your seat goes to the next person at once. After that nobody moves up, but saying so helps."
        ) % {"free": free}
    if at < slot.promotion_stops_at:
        return _(
            "Until %(stops)s your seat is offered to who waits and stays yours until somebody takes it. "
            "After that nobody moves up, but saying so still helps."
        ) % {"stops": stops}
    return _("Nobody moves up any more, but saying so still helps those at the door. It does not count as a no-show.")
