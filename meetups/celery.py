"""The clock: one table of all recurring jobs.

Each job asks the database what is due. So it does no harm to run a job twice, late, or from two clocks.
``manage.py tick`` runs the same table once, in the foreground.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meetups.settings")
# Django's checks load every page of the site, which costs a worker 15 MB. `manage.py check` runs them instead.
os.environ.setdefault("CELERY_SKIP_CHECKS", "yes")

app = Celery("meetups")
# For every thread: otherwise only the thread that loaded this module would know the application.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# (task, seconds between two runs), in the order of `tick`: later tasks send what earlier tasks decide.
RECURRING: list[tuple[str, int]] = [
    ("registrations.freeze_lotteries", 15),
    ("registrations.fetch_randomness", 15),
    ("registrations.draw_lotteries", 15),
    ("registrations.lapse_places", 30),
    ("registrations.pass_on_seats", 15),
    ("registrations.reconfirm", 30),
    ("volunteers.end_canceled_shifts", 15),
    ("volunteers.seek_help", 60),
    ("speakers.remind_to_confirm", 60),
    ("speakers.remind_invited", 60),
    ("speakers.ask_for_slides", 60),
    ("runbook.chase_todos", 60),
    ("reminders.plan_reminders", 30),
    ("lifecycle.send_messages", 15),
    ("lifecycle.tell_newcomers", 15),
    ("lifecycle.index_events", 15),
    ("notifications.deliver", 15),
    ("notifications.clear_addresses", 86400),
    ("accounts.clear_sessions", 86400),
    ("accounts.clear_unproved", 86400),
    ("accounts.encrypt_factors", 3600),
    ("accounts.clear_attempts", 3600),
    ("lifecycle.finish_erasures", 3600),
    ("core.clear_uploads", 86400),
    ("events.clear_undo", 86400),
]

app.conf.beat_schedule = {
    name: {
        "task": name,
        "schedule": seconds,
        # A run that has not started before the next one is due has no use.
        "options": {"expires": seconds},
    }
    for name, seconds in RECURRING
}
