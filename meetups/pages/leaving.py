"""What leaving an event means, named before the click."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from django.utils.translation import gettext as _

from meetups.lifecycle.parts import Part
from meetups.pages.mine import Mine, lottery_of
from meetups.registrations.models import Registration

State = Registration.State


@dataclass(frozen=True)
class Leaving:
    """The consequence in one sentence, what can be done later, and what else ends."""

    consequence: str
    more: str = ""
    also: list[str] = field(default_factory=list)

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
                _("It is too late for somebody else to move up. Saying so still helps those at the door."),
                also,
            )
        waits = Registration.objects.filter(slot=registration.slot, state=State.WAITLISTED).exists()
        if waits and not registration.above_capacity:
            return cls(_("Your seat goes to the next in the queue at once."), _("You cannot take it back."), also)
        return cls(_("Your seat becomes free at once."), _("Coming back is possible as long as there are seats."), also)


def _again(registration: Registration, at: datetime) -> str:
    lottery = lottery_of(registration.slot)
    if lottery and lottery.takes_entries(at):
        return _("You can enter again until entries close.")
    return _("Entries have closed: coming back means the end of the queue.")


def _also(part: Part) -> list[str]:
    shifts = [_("Your shift “%(title)s” ends.") % {"title": signup.shift.title} for signup in part.signups]
    talks = [_("Your talk “%(title)s” is withdrawn.") % {"title": talk.title} for talk in part.talks]
    return [*shifts, *talks]
