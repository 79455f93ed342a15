"""An organizer plans an event and publishes it at once."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.events.models import Event
from meetups.lifecycle.new_event import EventPlan, lay_out, make_public
from meetups.registrations.models import Lottery


def announce_event(*, community: Community, plan: EventPlan, at: datetime, by: User) -> Event:
    """Makes the event as `plan_event` does and publishes it in the same transaction: either both happen or nothing.

    Raises DateHasPassed, TooSoonForALottery.
    """
    with transaction.atomic(durable=True):
        event = lay_out(community, plan, at=at, by=by)
        if event.state == Event.State.DRAFT:
            # No one has a place in a draft, so there is no seat to lock.
            make_public(event, list(Lottery.objects.filter(slot__event=event)), at=at, by=by)
        return event
