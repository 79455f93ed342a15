"""A speaker fills in what her talk needs."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.registrations.refusals import EventClosed
from meetups.speakers.models import Readiness, Talk
from meetups.speakers.steps import TalkHasMovedOn


@dataclass(frozen=True)
class Preparation:
    """Her part of the card. `publication`, `laptop` and `adapter` as in Readiness; empty: not answered."""

    title: str
    bio: str
    slides_url: str
    publication: str
    laptop: str = ""
    adapter: str = ""


def prepare_talk(*, talk: Talk, preparation: Preparation, at: datetime, by: User) -> Readiness:
    """Writes her part down; another answer about publication gets the date `at`. The same again changes nothing.

    Slides can be added after the event. Raises EventClosed where it does not take place, TalkHasMovedOn where the talk does not.
    """
    with transaction.atomic(durable=True):
        talk = Talk.objects.select_for_update(of=("self",), no_key=True).select_related("event").get(pk=talk.pk)
        if not talk.event.is_published:
            raise EventClosed
        if talk.state not in (Talk.State.ACCEPTED, Talk.State.CONFIRMED):
            raise TalkHasMovedOn(title=talk.title, state=talk.get_state_display())
        readiness = Readiness.objects.filter(talk=talk).first() or Readiness(talk=talk)
        changed = [name for name in ("title", "slides_url") if getattr(talk, name) != getattr(preparation, name)]
        changed += [
            name
            for name in ("bio", "publication", "laptop", "adapter")
            if getattr(readiness, name) != getattr(preparation, name)
        ]
        if not changed:
            return readiness
        if "publication" in changed:
            readiness.publication_answered_at = at if preparation.publication else None
        for name in changed:
            setattr(talk if name in ("title", "slides_url") else readiness, name, getattr(preparation, name))
        talk.save(update_fields=["title", "slides_url"])
        readiness.save()
        # What is said about publication must be found again later: what, and when.
        consent = {"publication": preparation.publication} if "publication" in changed else {}
        record(
            thread=talk.event.thread,
            subject=talk.subject,
            verb="prepare_talk",
            at=at,
            by=by,
            fields=changed,
            **consent,
        )
        return readiness
