"""Figures that this process counts for Prometheus. `pages/site/metrics.py` shows them.

Web workers write them into files in memory that all of them share, where `meetups.gunicorn` says so; elsewhere they stay in the process.
"""

from prometheus_client import Counter, Histogram

REQUESTS = Counter("meetups_requests", "Answers by page, method and status.", ["view", "method", "status"])
REQUEST_SECONDS = Histogram(
    "meetups_request_seconds",
    "How long answers took, by part of the site.",
    ["door"],
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
SEAT_LOCK_SECONDS = Histogram(
    "meetups_seat_lock_seconds",
    "How long a change of seats waited for the lock of its event.",
    buckets=(0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0),
)
