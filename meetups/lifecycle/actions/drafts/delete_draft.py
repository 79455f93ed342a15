"""An organizer deletes a draft that no one has a part in."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.history.models import record
from meetups.lifecycle.people_there import someone_is_there
from meetups.registrations.pen.seats import seats_of
from meetups.volunteers.models import Shift


class NotADraft(DomainError):
    message = _("Only a draft can be deleted. Cancel a published event instead.")


class SomeoneIsThere(DomainError):
    message = _("Someone already has a part in this draft, such as an invitation or a talk, so it can’t be deleted.")


def delete_draft(*, event: Event, at: datetime, by: User) -> None:
    """Deletes the draft with all that hangs on it. History says who did it. Raises NotADraft, SomeoneIsThere."""
    with seats_of(event, at=at) as seats:
        event = seats.event
        if event.state != Event.State.DRAFT:
            raise NotADraft
        if someone_is_there(event):
            raise SomeoneIsThere
        record(
            thread=event.community.thread,
            subject=f"event:{event.pk}",
            verb="delete_draft",
            at=at,
            by=by,
            from_state=event.state,
        )
        Shift.objects.filter(event=event).delete()
        Event.objects.filter(pk=event.pk).delete()
