"""An organizer publishes the slides of an event, and everyone who had a part is told."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.history.models import record
from meetups.lifecycle.slides_audience import told_of_slides
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.refusals import refuse_unless_published
from meetups.speakers.models import Talk
from meetups.speakers.slide_states import SlidesTooEarly, states_of


class NothingToPublish(DomainError):
    message = _("There’s nothing to publish: no unpublished slides have their speakers’ consent.")


@dataclass(frozen=True)
class Published:
    """The number of talks whose slides became public, and the number of people who are told."""

    talks: int
    told: int


def publish_slides(*, event: Event, at: datetime, by: User) -> Published:
    """Publishes all slides of the event whose speakers agreed and that were not taken down (RULES 93).

    The first time, everyone who had a part is told, once (RULES 95).

    Raises EventClosed, SlidesTooEarly, NothingToPublish.
    """
    with transaction.atomic(durable=True):
        event = Event.objects.select_for_update(of=("self",), no_key=True).select_related("community").get(pk=event.pk)
        refuse_unless_published(event)
        if not event.is_over(at):
            raise SlidesTooEarly
        # All talks are locked. New slides wait until the end, and then find that the event's slides are published.
        locked = list(Talk.objects.on_programme().filter(event=event).select_for_update(of=("self",), no_key=True))
        ready = [
            state.talk for state in states_of(locked) if state.may_be_public and not state.talk.slides_published_at
        ]
        if not ready:
            raise NothingToPublish
        Talk.objects.filter(pk__in=[talk.pk for talk in ready]).update(slides_published_at=at)
        is_first = event.slides_published_at is None
        if is_first:
            event.slides_published_at = at
            event.save(update_fields=["slides_published_at"])
        subject = f"event:{event.pk}"
        record(thread=event.thread, subject=subject, verb="publish_slides", at=at, by=by, talks=len(ready))
        told = told_of_slides(event) if is_first else []
        notify_all(
            notification(
                kind="slides_published", recipient_id=person, thread=event.thread, subject=subject, cause="once", at=at
            )
            for person in told
        )
        return Published(len(ready), len(told))
