"""An organizer takes back that events were published, before their followers hear of them."""

from dataclasses import dataclass, field
from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event, Undo
from meetups.events.undo import claim_undo
from meetups.lifecycle.new_event import SomeoneKnowsIt, unpublish
from meetups.registrations.pen.seats import seats_of_each
from meetups.registrations.refusals import EventClosed


@dataclass
class TakenBack:
    """The events that are drafts again, and those that stay published: someone has a part there, or they have begun."""

    drafts: list[Event] = field(default_factory=list)
    stay: list[Event] = field(default_factory=list)
    begun: list[Event] = field(default_factory=list)


def take_back_publication(*, undo: Undo, at: datetime, by: User) -> TakenBack:
    """All that were published in the same press and are still, in one transaction (RULES 256). Raises UndoHasEnded."""
    with seats_of_each(Event.objects.filter(pk__in=undo.before["together"]), at=at) as every:
        undo = claim_undo(undo, at=at)
        done = TakenBack()
        for seats in every:
            kept = Undo.objects.filter(event=seats.event, kind=Undo.Kind.PUBLICATION, at=undo.at)
            if not kept.exists():
                continue
            try:
                unpublish(seats, at=at, by=by)
            except (EventClosed, SomeoneKnowsIt) as refusal:
                kept.delete()
                stays = done.stay if isinstance(refusal, SomeoneKnowsIt) else done.begun
                stays.append(seats.event)
            else:
                done.drafts.append(seats.event)
        return done
