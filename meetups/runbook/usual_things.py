"""The usual things to do for an event: a first draft, to be changed."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from meetups.events.models import Event
from meetups.runbook.models import day_of
from meetups.runbook.things import TodoPlan

ANYWHERE, ON_SITE, ONLINE = "anywhere", "on site", "online"
# Days before (negative) or after the event, where it is asked, and what.
USUAL = [
    (-42, ON_SITE, gettext_noop("Book the venue")),
    (-28, ANYWHERE, gettext_noop("Announce the event")),
    (-14, ANYWHERE, gettext_noop("Choose an MC")),
    (-7, ON_SITE, gettext_noop("Order food and drinks")),
    (-7, ONLINE, gettext_noop("Prepare the stream and its link")),
    (-3, ON_SITE, gettext_noop("Tell the venue how many people are coming")),
    (-1, ON_SITE, gettext_noop("Print signs and name badges")),
    (1, ANYWHERE, gettext_noop("Thank speakers and volunteers")),
    (7, ON_SITE, gettext_noop("Settle the costs")),
]


def usual_things(event: Event, at: datetime) -> list[TodoPlan]:
    """The usual list in the language of the event. What should have been done before today is due today."""
    asked = {ANYWHERE, *([ON_SITE] if event.has_place else []), *([ONLINE] if event.has_stream else [])}
    left = (day_of(event, 0) - at.astimezone(event.zone).date()).days
    with override(event.language):
        return [
            TodoPlan(_(title), max(days, -left) if left >= 0 else days)
            for days, where, title in USUAL
            if where in asked
        ]
