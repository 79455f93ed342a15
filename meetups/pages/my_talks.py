"""A person's talks on her own page."""

from dataclasses import dataclass
from typing import Self

from meetups.events.models import Event
from meetups.pages.mine import Mine
from meetups.speakers.models import Rehearsal, Talk
from meetups.speakers.readiness import left_open

COMING = {Talk.State.ACCEPTED, Talk.State.CONFIRMED}


@dataclass(frozen=True)
class MyTalk:
    """A talk that she speaks in: whether it is hers to confirm and to withdraw, and how many points wait for her."""

    event: Event
    talk: Talk
    rehearsal: Rehearsal | None
    is_own: bool
    open_points: int

    @classmethod
    def of(cls, my: Mine, talk: Talk) -> Self:
        """The talk comes as `parts_ahead` reads it; no query."""
        return cls(
            event=my.event,
            talk=talk,
            rehearsal=getattr(talk.event, "rehearsal", None) if talk.state in COMING else None,
            is_own=my.part.leads(talk),
            open_points=len(left_open(talk, my.event, my.part.person)),
        )

    @property
    def can_prepare(self) -> bool:
        return self.talk.state in COMING
