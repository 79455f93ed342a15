"""Figures for Prometheus: what web workers counted, and what the database says about mails, draws and locks."""

import os
import secrets
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from meetups.core.metrics import REQUEST_SECONDS, REQUESTS
from meetups.notifications.lateness import lateness, lateness_of_kinds
from meetups.notifications.models import Notification
from meetups.registrations.models import Lottery

State = Notification.State
# Mails that failed are counted over a day.
WITHIN = timedelta(hours=24)
LOCKS = """
    SELECT count(*), coalesce(max(extract(epoch FROM clock_timestamp() - query_start)), 0)
    FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory'
"""


def is_for_operators(request: HttpRequest) -> bool:
    """Whether the request brings the key: `Authorization: Bearer …`. Outside production none is needed unless one is set.

    Raises Http404 in production as long as there is no key.
    """
    if not settings.MONITORING_KEY:
        if settings.PRODUCTION:
            raise Http404
        return True
    given = request.headers.get("Authorization", "")
    return secrets.compare_digest(given.encode(), f"Bearer {settings.MONITORING_KEY}".encode())


def no_key() -> HttpResponse:
    """The answer to a request without the key."""
    return HttpResponse("The key is missing or wrong.\n", status=403, content_type="text/plain")


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All figures in the format of Prometheus. Where the database does not answer, those of the web workers alone."""
    if not is_for_operators(request):
        return no_key()
    registry = CollectorRegistry()
    registry.register(FromTheDatabase())
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the package has no types here
        shown = generate_latest(registry)
    else:
        shown = generate_latest(registry) + generate_latest(REGISTRY)
    return HttpResponse(shown, content_type=CONTENT_TYPE_LATEST)


class FromTheDatabase(Collector):
    """What is asked of the database at each visit of Prometheus: seven statements at most, each with an index."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges."""
        up = GaugeMetricFamily("meetups_database_up", "1 where the database answers.")
        try:
            found = [*_mails(), *_draws(), *_locks()]
            up.add_metric([], 1)
        except (DatabaseError, InterfaceError):
            found = []
            up.add_metric([], 0)
        yield up
        yield from found


def _mails() -> Iterator[GaugeMetricFamily]:
    at = timezone.now()
    age = GaugeMetricFamily("meetups_mail_oldest_due_seconds", "Age of the oldest mail that is due.", labels=["kind"])
    put_off = GaugeMetricFamily(
        "meetups_mail_oldest_put_off_seconds", "How long ago a mail server first put off a mail (4xx).", labels=["kind"]
    )
    due = GaugeMetricFamily("meetups_mails_due", "Mails that are due and have not left.", labels=["kind"])
    for kind, oldest, first_put_off, number in lateness_of_kinds(at):
        put_off.add_metric([kind], first_put_off.total_seconds())
        if number:
            age.add_metric([kind], oldest.total_seconds())
            due.add_metric([kind], number)
    yield from (age, put_off, due)
    late = lateness(at)
    yield GaugeMetricFamily(
        "meetups_mails_late_seconds", "Age of the oldest mail that should have left.", late.oldest.total_seconds()
    )
    yield GaugeMetricFamily(
        "meetups_mails_put_off", "Mails that a server put off (4xx) and whose next attempt lies ahead.", late.put_off
    )
    yield GaugeMetricFamily("meetups_mails_held", "Mails held since a backup was restored.", late.held)
    failed = GaugeMetricFamily(
        "meetups_mails_failed", "Mails of the last 24 hours that did not arrive.", labels=["state"]
    )
    since = at - WITHIN
    states = Notification.objects.filter(state__in=[State.FAILED, State.BOUNCED], settled_at__gt=since).order_by()
    counted = dict(states.values_list("state").annotate(Count("pk")))
    for state in (State.FAILED, State.BOUNCED):
        failed.add_metric([state.value], counted.get(state, 0))
    yield failed


def _draws() -> Iterator[GaugeMetricFamily]:
    at = timezone.now()
    late = Lottery.objects.draw_late(at).aggregate(number=Count("pk"), oldest=Min("draws_at"))
    oldest = (at - late["oldest"]).total_seconds() if late["oldest"] else 0
    yield GaugeMetricFamily("meetups_draws_late", "Draws whose time has come and that are not drawn.", late["number"])
    yield GaugeMetricFamily("meetups_draw_oldest_late_seconds", "How late the oldest of them is.", oldest)


def _locks() -> Iterator[GaugeMetricFamily]:
    with connection.cursor() as cursor:
        cursor.execute(LOCKS)
        number, longest = cursor.fetchone()
    yield GaugeMetricFamily("meetups_seat_lock_waiting", "Connections that wait for a seat lock now.", number)
    yield GaugeMetricFamily(
        "meetups_seat_lock_longest_seconds", "How long the first of them has waited.", float(longest)
    )


class RequestMetrics:
    """Middleware: counts each answer and the time it took. Two additions in memory, no statement."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        view = request.resolver_match.view_name if request.resolver_match else ""
        method = request.method if request.method in {"GET", "HEAD", "POST"} else "other"
        REQUESTS.labels(view or "none", method, str(response.status_code)).inc()
        REQUEST_SECONDS.labels(_door(request.path_info)).observe(time.perf_counter() - began)
        return response


def _door(path: str) -> str:
    first = path.split("/", 2)[1] if "/" in path else ""
    return first if first in {"desk", "accounts", "static"} else "pages"
