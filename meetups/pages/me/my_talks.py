"""A person's talks, as their own page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from meetups.events.models import Event
from meetups.lifecycle.agenda import on_programmes
from meetups.pages.sheets.my_part import MyPart
from meetups.speakers.models import Rehearsal, Talk
from meetups.speakers.programme.items import ProgrammeItem
from meetups.speakers.readiness import left_open

COMING = {Talk.State.ACCEPTED, Talk.State.CONFIRMED}


@dataclass(frozen=True)
class MyTalk:
    """A talk of the person: its time on the programme, whether they may confirm and withdraw it, how many points wait for them,
    and whether they have a seat already.
    """

    event: Event
    talk: Talk
    item: ProgrammeItem | None
    rehearsal: Rehearsal | None
    is_own: bool
    open_points: int
    has_seat: bool

    @classmethod
    def all_of(cls, ahead: Iterable[MyPart]) -> list[Self]:
        """The person's talks at these events, as `parts_ahead` reads them. One more query if one of them is confirmed."""
        talks = [(my, talk) for my in ahead for talk in my.part.talks]
        items = on_programmes(talk for _my, talk in talks if talk.state == Talk.State.CONFIRMED)
        return [cls._of(my, talk, items.get(talk.pk)) for my, talk in talks]

    @classmethod
    def _of(cls, my: MyPart, talk: Talk, item: ProgrammeItem | None) -> Self:
        return cls(
            event=my.event,
            talk=talk,
            item=item,
            rehearsal=getattr(talk.event, "rehearsal", None) if talk.state in COMING else None,
            is_own=my.part.leads(talk),
            open_points=len(left_open(talk, my.event, my.part.person)),
            has_seat=my.is_confirmed,
        )

    @property
    def waits_for_her(self) -> bool:
        """Whether the talk was accepted and this person has to confirm it."""
        return self.is_own and self.talk.state == Talk.State.ACCEPTED

    @property
    def can_prepare(self) -> bool:
        return self.talk.state in COMING
