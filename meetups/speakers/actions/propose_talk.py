"""A person offers a talk."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.history.models import record
from meetups.registrations.refusals import EventClosed
from meetups.speakers.models import Talk
from meetups.speakers.steps import tell_organizers

# Organizers read each proposal; more than this from one person at once is not meant to be read.
OPEN_PROPOSALS = 5


class TooManyProposals(DomainError):
    message = _("Several proposals of yours are waiting for an answer already. Please wait for it, or withdraw one.")


def propose_talk(*, event: Event, speaker: User, title: str, abstract: str, minutes: int, at: datetime) -> Talk:
    """Puts the proposal before the organizers, who are told. Raises EventClosed, TooManyProposals."""
    with transaction.atomic(durable=True):
        event = Event.objects.select_for_update(of=("self",), no_key=True).select_related("community").get(pk=event.pk)
        if not event.is_published or event.starts_at <= at:
            raise EventClosed
        if Talk.objects.filter(event=event, speaker=speaker, state=Talk.State.PROPOSED).count() >= OPEN_PROPOSALS:
            raise TooManyProposals
        talk = Talk.objects.create(
            event=event, speaker=speaker, title=title, abstract=abstract, minutes=minutes, proposed_at=at
        )
        entry = record(
            thread=event.thread, subject=talk.subject, verb="propose_talk", at=at, by=speaker, to_state=talk.state
        )
        tell_organizers("talk_proposed", talk, event=event, cause=entry.pk, at=at, but=speaker)
        return talk
