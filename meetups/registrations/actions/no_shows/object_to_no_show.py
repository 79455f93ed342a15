"""A person says that their no-show is wrong, or that there was a reason."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.history.models import record
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.models import Registration
from meetups.registrations.pen.seats import seats_of

OBJECT = "object_to_no_show"


class NothingToObject(DomainError):
    message = _("You have no no-show that counts here.")


def has_objected(registration: Registration) -> bool:
    """Whether the person has objected since the no-show was recorded."""
    absent_at, objected_at = registration.absent_at, registration.objected_at
    return absent_at is not None and objected_at is not None and objected_at >= absent_at


def object_to_no_show(*, registration: Registration, at: datetime, by: User) -> None:
    """Asks the organizers of the event to check the no-show, once for each time it was recorded. Raises NothingToObject."""
    with seats_of(registration.event, at=at) as seats:
        registration = seats.fresh(registration)
        if registration.attendee_id != by.pk or not registration.is_absent:
            raise NothingToObject
        if has_objected(registration):
            return
        registration.objected_at = at
        registration.save(update_fields=["objected_at"])
        entry = record(thread=seats.event.thread, subject=f"no-show:{registration.pk}", verb=OBJECT, at=at, by=by)
        organizers = Membership.objects.who_may(Permission.MANAGE_ATTENDEES, seats.event.community_id)
        notify_all(
            notification(
                kind="no_show_objected",
                recipient_id=organizer.person_id,
                thread=seats.event.thread,
                subject=registration.subject,
                cause=entry.pk,
                at=at,
            )
            for organizer in organizers.order_by("pk")
        )
