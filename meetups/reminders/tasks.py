"""The clock's tasks for reminders."""

from datetime import datetime

from meetups.core.each import clock_job, report
from meetups.reminders.actions.announce_events import announce_events
from meetups.reminders.actions.plan_reminders import plan_reminders
from meetups.reminders.actions.tell_openings import tell_openings
from meetups.reminders.actions.thank_volunteers import thank_volunteers


@clock_job("reminders.plan_reminders")
def plan_due_reminders(at: datetime) -> str:
    """Plans the due reminders, thanks and announcements, and says how many."""
    planned, thanked, announced = plan_reminders(at=at), thank_volunteers(at=at), announce_events(at=at)
    opened = tell_openings(at=at)
    thanks, announcements, openings = sum(thanked.results), sum(announced.results), sum(opened.results)
    sentences = [
        f"{planned.messages} reminders planned for {planned.events} events" if planned.messages else "",
        f"{thanks} volunteers thanked" if thanks else "",
        f"{announcements} announcements of new events" if announcements else "",
        f"{openings} told that registration has opened" if openings else "",
    ]
    said = "; ".join(filter(None, sentences)) or "No reminder was due"
    return report(said, [*planned.failed, *thanked.failed, *announced.failed, *opened.failed])
