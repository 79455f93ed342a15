"""An organizer ticks a person: present at the rehearsal, or with a working connection."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.history.models import record
from meetups.lifecycle.rehearsal_people import rehearsal_people
from meetups.registrations.refusals import refuse_unless_published
from meetups.speakers.models import Presence, Rehearsal, Talk
from meetups.speakers.rehearsal_rules import can_be_seen


class TooEarlyToSee(DomainError):
    message = _(
        "It’s too early. Tick connections from three hours before the event, rehearsal attendance from its start."
    )


class IsNotExpected(DomainError):
    message = _("This person is no longer expected. Reload the page.")


def tick_presence(
    *, event: Event, person: User, occasion: Presence.Occasion, seen: bool, at: datetime, by: User
) -> None:
    """Ticks that `person` was seen, or removes the tick. The first tick counts: the same tick again changes nothing (RULES 87).

    Raises EventClosed if the event is not published, TooEarlyToSee, IsNotExpected.
    """
    with transaction.atomic(durable=True):
        event = Event.objects.select_for_update(of=("self",), no_key=True).get(pk=event.pk)
        refuse_unless_published(event)
        there = Presence.objects.filter(event=event, person=person, occasion=occasion)
        if there.exists() == seen:
            return
        if not seen:
            there.delete()
        elif not _is_expected(event, person, occasion):
            raise IsNotExpected
        elif occasion not in can_be_seen(event, Rehearsal.objects.filter(event=event).first(), at=at):
            raise TooEarlyToSee
        else:
            Presence.objects.create(event=event, person=person, occasion=occasion, seen_at=at, seen_by=by)
        record(
            thread=event.thread,
            subject=f"event:{event.pk}",
            verb="tick_presence",
            at=at,
            by=by,
            person=person.pk,
            occasion=occasion,
            seen=seen,
        )


def _is_expected(event: Event, person: User, occasion: Presence.Occasion) -> bool:
    """Whether `person` is expected: at a rehearsal its people, for a connection check the speakers."""
    if occasion == Presence.Occasion.REHEARSAL:
        return Rehearsal.objects.filter(event=event).exists() and bool(rehearsal_people([event], only=person))
    return bool(Talk.objects.coming().filter(event=event).held_by(person).exists())
