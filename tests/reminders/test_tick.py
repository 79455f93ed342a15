"""`manage.py tick` and `manage.py deliver`: the clock in the foreground."""

import re
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from meetups.celery import RECURRING, app
from meetups.demo.mail_scenes.scene import PUBLISHED, START, Scene
from meetups.notifications.models import Notification
from meetups.volunteers.models import Shift
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: str) -> str:
    output = StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue()


def test_every_recurring_job_exists_and_is_scheduled() -> None:
    app.loader.import_default_modules()
    for name, seconds in RECURRING:
        assert name in app.tasks
        assert app.conf.beat_schedule[name]["schedule"] == seconds


def test_a_tick_plans_and_sends_in_one_go(mail_sink: MailSink) -> None:
    scene = Scene("en")
    scene.rehearsal.delete()
    scene.registration(scene.dan)
    # No shift lacks volunteers, otherwise organizers and people in the queue would get mails, too.
    Shift.objects.filter(event=scene.event).update(help_sought_at=PUBLISHED)
    said = run("tick", "--at", "2026-12-04T18:00+09:00")
    assert "It is 2026-12-04T18:00:00+09:00." in said
    assert "reminders.plan_reminders: 1 reminders planned for 1 events." in said
    assert "notifications.deliver: 1 mails sent, with 1 messages in them." in said
    for name, _seconds in RECURRING:
        assert f"{name}: " in said
    assert len(mail_sink.to("dan@example.org")) == 1
    assert "No reminder was due" in run("tick", "--at", "2026-12-04T18:01+09:00")


def test_without_a_time_it_is_now(mail_sink: MailSink) -> None:
    before = timezone.now().replace(microsecond=0)
    said = run("tick")
    [moment] = re.findall(r"It is (\S+)\.$", said, re.MULTILINE)
    assert before <= datetime.fromisoformat(moment) <= timezone.now()


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("tomorrow", "not an ISO 8601 time"),
        ("2026-13-40T99:00+09:00", "not an ISO 8601 time"),
        ("2026-12-04T18:00", "2026-12-04T18:00+09:00"),
    ],
)
def test_a_time_that_is_none_is_refused_with_the_next_step(text: str, hint: str) -> None:
    with pytest.raises(CommandError) as refusal:
        run("tick", "--at", text)
    assert hint in str(refusal.value)


def test_production_does_not_travel_into_the_future(settings: Any, mail_sink: MailSink) -> None:
    settings.PRODUCTION = True
    ahead = (timezone.now() + timedelta(hours=1)).isoformat()
    with pytest.raises(CommandError, match="lies in the future"):
        run("tick", "--at", ahead)
    assert "It is" in run("tick", "--at", (timezone.now() - timedelta(minutes=1)).isoformat())


def test_deliver_sends_what_is_due_now_without_redis(mail_sink: MailSink, settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    scene = Scene("en")
    row = scene.tell("seat_confirmed", scene.dan, scene.registration(scene.dan).subject, at=PUBLISHED)
    Notification.objects.filter(pk=row.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    assert timezone.now() < START
    assert run("deliver").strip() == "1 mails sent, with 1 messages in them"
    assert run("deliver").strip() == "No mail was due"
