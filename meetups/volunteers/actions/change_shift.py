"""What a shift is called, what there is to do, and how many people it takes."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.history.models import record
from meetups.registrations.refusals import EventClosed
from meetups.registrations.seats import seats_of
from meetups.volunteers.models import Shift
from meetups.volunteers.steps import fit_duty_slot


class PlacesTaken(DomainError):
    message = _("%(taken)s people have taken this shift already, so its maximum cannot be %(maximum)s.")


def change_shift(
    *,
    shift: Shift,
    title: str,
    instructions: str,
    minimum: int,
    maximum: int,
    at: datetime,
    by: User,
    needs_approval: bool | None = None,
) -> Shift:
    """Writes what is said of it; None leaves it, and who has the shift keeps it. `minimum` is at most `maximum`. A slot that the shift gives seats in grows or shrinks with it (RULES 19).

    Raises PlacesTaken below the number of people who have taken it (RULES 25), EventClosed for a cancelled shift or event.
    """
    with seats_of(shift.event, at=at) as seats:
        shift = Shift.objects.get(pk=shift.pk)
        if seats.event.is_cancelled or shift.cancelled_at:
            raise EventClosed
        if maximum < shift.taken:
            raise PlacesTaken(taken=shift.taken, maximum=maximum)
        said: dict[str, object] = {"title": title, "instructions": instructions, "minimum": minimum, "maximum": maximum}
        if needs_approval is not None:
            said["needs_approval"] = needs_approval
        changed = [name for name, value in said.items() if getattr(shift, name) != value]
        if changed:
            for name in changed:
                setattr(shift, name, said[name])
            shift.save(update_fields=changed)
            record(
                thread=seats.event.thread,
                subject=f"shift:{shift.pk}",
                verb="change_shift",
                at=at,
                by=by,
                changed=changed,
            )
        if shift.slot_id and "maximum" in changed:
            fit_duty_slot(seats, shift.slot_id, at=at)
        return shift
