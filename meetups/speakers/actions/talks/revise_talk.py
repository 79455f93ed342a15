"""A speaker rewrites a proposed talk."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.speakers.models import Talk
from meetups.speakers.talk_states import lock_proposal


def revise_talk(*, talk: Talk, title: str, abstract: str, minutes: int, at: datetime, by: User) -> Talk:
    """Changes title, abstract or length, as long as the speaker knows of no decision. The same values again change nothing.

    A staged decision is open again, because it was about other words (RULES 82). Raises EventClosed, TalkHasMovedOn.
    """
    words = {"title": title, "abstract": abstract, "minutes": minutes}
    with transaction.atomic(durable=True):
        talk = lock_proposal(talk, at)
        changed = [name for name, value in words.items() if getattr(talk, name) != value]
        if not changed:
            return talk
        for name in changed:
            setattr(talk, name, words[name])
        talk.staged = ""
        talk.save(update_fields=[*changed, "staged"])
        record(thread=talk.event.thread, subject=talk.subject, verb="revise_talk", at=at, by=by, fields=changed)
        return talk
