"""A person says that her no-show is wrong, or had a reason."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.history.models import HistoryEntry, record
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.models import Registration
from meetups.registrations.pen.seats import seats_of

OBJECT = "object_to_no_show"


class NothingToObject(DomainError):
    message = _("You have no no-show that counts here.")


def has_objected(registration: Registration) -> bool:
    """Whether the organizers were asked to look again since the no-show was recorded."""
    asked = HistoryEntry.objects.filter(subject=f"no-show:{registration.pk}", verb=OBJECT)
    return registration.absent_at is not None and asked.filter(at__gte=registration.absent_at).exists()


def object_to_no_show(*, registration: Registration, at: datetime, by: User) -> None:
    """Asks the organizers of the event to look again, once for each time that it was recorded. Raises NothingToObject."""
    with seats_of(registration.event, at=at) as seats:
        registration = seats.fresh(registration)
        if registration.attendee_id != by.pk or not registration.is_absent:
            raise NothingToObject
        if has_objected(registration):
            return
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
