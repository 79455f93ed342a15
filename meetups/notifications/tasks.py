"""The clock's tasks for messages."""

from datetime import datetime, timedelta

from celery import Task, shared_task
from django.db.models import F, Value
from django.db.models.functions import Concat

from meetups.core.each import clock_job, report
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.email_registry import asked_by_anyone
from meetups.notifications.models import Notification
from meetups.notifications.wake import ring

# For so long a bounce finds the address of a code.
KEPT_FOR = timedelta(days=7)
NOTHING_DUE = "No mail was due"


@shared_task(name="notifications.deliver", bind=True)
def deliver_due(self: Task, at: datetime | None = None) -> str:
    """Sends the due messages and reports the result.

    In a worker the run is short, and rings for the next one. So no run keeps a worker for long, and other tasks get their turn.
    """
    done = deliver(at=at, is_short=not self.request.called_directly)
    if done.more:
        ring()
    sentences = ["Mail is on hold (MAIL_ON_HOLD): only codes leave"] if done.on_hold else []
    sentences += [f"{done.mails} mails sent, with {done.sent} messages in them"] if done.mails else []
    if done.void:
        sentences.append(f"{done.void} messages no longer held and were dropped")
    if done.postponed:
        sentences.append(f"{done.postponed} will be tried again")
    if done.bounced:
        sentences.append(f"{done.bounced} bounced")
    if done.failed:
        sentences.append(f"{done.failed} failed for good")
    if done.held and not done.on_hold:
        sentences.append(f"{done.held} messages of a restored backup wait for `manage.py release_mail`")
    if done.server_away:
        sentences.append("the mail server could not be reached")
    return report("; ".join(sentences) or NOTHING_DUE, done.raised)


@clock_job("notifications.clear_addresses")
def clear_addresses(at: datetime) -> str:
    """Removes the addresses that visitors typed for codes, a week after the mail (RULES 55). Says how many."""
    old = at - KEPT_FOR
    kept = Notification.objects.filter(kind__in=asked_by_anyone(), settled_at__lt=old).exclude(address="")
    # Keys that were made before also have the address.
    codes = kept.filter(kind="place_code").update(
        address="", key=Concat(F("kind"), Value("::"), F("subject"), Value(":code"))
    )
    return f"{codes + kept.update(address='')} addresses of codes removed"
