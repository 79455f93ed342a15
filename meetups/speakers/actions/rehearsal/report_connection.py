"""A speaker says that they are connected."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.history.models import record
from meetups.registrations.refusals import EventClosed
from meetups.speakers.models import Presence, Talk
from meetups.speakers.rehearsal_rules import EARLY


class TooEarlyToConnect(DomainError):
    message = _("It’s too early. You can say so here from three hours before the event begins.")


class DoesNotSpeakHere(DomainError):
    message = _("You’re no longer a speaker at this event.")


def report_connection(*, event: Event, person: User, at: datetime) -> None:
    """Records the report, from three hours before the start until the end (RULES 88). Only the first report counts.

    Raises EventClosed, TooEarlyToConnect, DoesNotSpeakHere.
    """
    with transaction.atomic(durable=True):
        event = Event.objects.select_for_update(of=("self",), no_key=True).get(pk=event.pk)
        if not event.is_open(at) or not event.has_stream:
            raise EventClosed
        if at < event.starts_at - EARLY:
            raise TooEarlyToConnect
        if not Talk.objects.coming().filter(event=event).held_by(person).exists():
            raise DoesNotSpeakHere
        here = Presence.Occasion.HERE
        if Presence.objects.filter(event=event, person=person, occasion=here).exists():
            return
        Presence.objects.create(event=event, person=person, occasion=here, seen_at=at, seen_by=person)
        record(
            thread=event.thread,
            subject=f"event:{event.pk}",
            verb="report_connection",
            at=at,
            by=person,
        )
