"""An organizer cancels a planned attendance check."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.registrations.models import Reconfirmation
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import AlreadyAsked


def drop_reconfirmation(*, reconfirmation: Reconfirmation, at: datetime, by: User) -> None:
    """Deletes a check that has not been asked yet. A second time changes nothing. Raises AlreadyAsked."""
    with seats_of(reconfirmation.slot.event, at=at) as seats:
        question = Reconfirmation.objects.filter(pk=reconfirmation.pk).first()
        if question is None:
            return
        if question.state != Reconfirmation.State.PLANNED:
            raise AlreadyAsked
        record(
            thread=seats.event.thread,
            subject=question.subject,
            verb="drop",
            at=at,
            by=by,
            from_state=question.state,
        )
        question.delete()
