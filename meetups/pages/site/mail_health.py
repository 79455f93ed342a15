"""Health check of mails: whether they leave in time, for the monitoring of the site."""

from django.db import DatabaseError, InterfaceError
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from meetups.notifications.lateness import ALARM, PUT_OFF_ALARM, URGENT_ALARM, lateness
from meetups.pages.site.access import PageRequest
from meetups.pages.site.metrics import is_for_operators, no_key


@never_cache
@require_safe
def mail_health(request: PageRequest) -> HttpResponse:
    """The age of the oldest mail that is due and has not left. The status is 503 from five minutes on, from two minutes for urgent
    ones, and from eight for urgent ones that a server puts off. Not for load balancers, because the pages still work.
    """
    if not is_for_operators(request):
        return no_key()
    try:
        late = lateness(request.at)
    except (DatabaseError, InterfaceError):
        return HttpResponse("database does not answer\n", status=503, content_type="text/plain")
    lines = [
        "mails are late" if late.is_alarming else "ok",
        f"oldest urgent and unsent: {late.oldest_urgent.total_seconds():.0f} s (alarm at {URGENT_ALARM.total_seconds():.0f} s)",
        f"oldest due and unsent: {late.oldest.total_seconds():.0f} s (alarm at {ALARM.total_seconds():.0f} s)",
        f"oldest urgent and put off: {late.oldest_put_off.total_seconds():.0f} s (alarm at {PUT_OFF_ALARM.total_seconds():.0f} s)",
        f"due and unsent: {late.due}",
        f"put off by mail servers: {late.put_off}",
        f"held since a backup was restored: {late.held}",
    ]
    status = 503 if late.is_alarming else 200
    return HttpResponse("\n".join([*lines, ""]), status=status, content_type="text/plain")
