"""A speaker fills in the speaker checklist of their talk."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.speakers.models import Readiness, Talk
from meetups.speakers.slide_states import talk_to_prepare


@dataclass(frozen=True)
class Preparation:
    """The speaker's part of the checklist, without the slides. `laptop` and `adapter` as in Readiness; empty: not answered."""

    title: str
    bio: str
    laptop: str = ""
    adapter: str = ""


def prepare_talk(*, talk: Talk, preparation: Preparation, at: datetime, by: User) -> Readiness:
    """Saves the speaker's part of the checklist. The same values again change nothing.

    Raises EventClosed where the event does not take place, TalkHasMovedOn where the talk does not.
    """
    with transaction.atomic(durable=True):
        talk = talk_to_prepare(talk)
        readiness = Readiness.objects.filter(talk=talk).first() or Readiness(talk=talk)
        changed = ["title"] if talk.title != preparation.title else []
        changed += [
            name for name in ("bio", "laptop", "adapter") if getattr(readiness, name) != getattr(preparation, name)
        ]
        if not changed:
            return readiness
        for name in changed:
            setattr(talk if name == "title" else readiness, name, getattr(preparation, name))
        talk.save(update_fields=["title"])
        readiness.save()
        record(thread=talk.event.thread, subject=talk.subject, verb="prepare_talk", at=at, by=by, fields=changed)
        return readiness
