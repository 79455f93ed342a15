"""The clock's tasks for reminders."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from meetups.core.each import report
from meetups.reminders.actions.announce_events import announce_events
from meetups.reminders.actions.plan_reminders import plan_reminders
from meetups.reminders.actions.tell_openings import tell_openings
from meetups.reminders.actions.thank_volunteers import thank_volunteers


@shared_task(name="reminders.plan_reminders")
def plan_due_reminders(at: datetime | None = None) -> str:
    """Plans the due reminders, thanks and announcements, and says how many."""
    now = at or timezone.now()
    planned, thanked, announced = plan_reminders(at=now), thank_volunteers(at=now), announce_events(at=now)
    opened = tell_openings(at=now)
    thanks, announcements, openings = sum(thanked.results), sum(announced.results), sum(opened.results)
    sentences = [
        f"{planned.messages} reminders planned for {planned.events} events" if planned.messages else "",
        f"{thanks} volunteers thanked" if thanks else "",
        f"{announcements} announcements of new events" if announcements else "",
        f"{openings} told that registration has opened" if openings else "",
    ]
    said = "; ".join(filter(None, sentences)) or "No reminder was due"
    return report(said, [*planned.failed, *thanked.failed, *announced.failed, *opened.failed])
