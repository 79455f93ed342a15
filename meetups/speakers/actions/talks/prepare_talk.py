"""A speaker fills in the speaker checklist of their talk."""

from dataclasses import dataclass
from datetime import datetime

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.registrations.pen.seats import seats_of
from meetups.speakers.models import Readiness, Talk
from meetups.speakers.programme.steps import tell_new_title, title_change
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
    with seats_of(talk.event, at=at) as seats:
        talk = talk_to_prepare(talk)
        renamed = title_change(talk, preparation.title) if talk.state == Talk.State.CONFIRMED else {}
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
        entry = record(
            thread=talk.event.thread, subject=talk.subject, verb="prepare_talk", at=at, by=by, fields=changed, **renamed
        )
        if renamed:
            # The talk's own entry has its title, and the event's entry the program.
            seats.event.raise_sequence(at)
            seats.event.save(update_fields=["sequence", "sequence_since"])
            tell_new_title(seats.event, talk, entry, at=at)
        return readiness
