"""An organizer plans an event with everything on one page."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.events.models import Event
from meetups.lifecycle.new_event import EventPlan, lay_out


def plan_event(*, community: Community, plan: EventPlan, at: datetime, by: User) -> Event:
    """Makes a draft with its slots, shifts and rehearsal. No one is told until it is published."""
    with transaction.atomic(durable=True):
        return lay_out(community, plan, at=at, by=by)
