"""Figures for Prometheus, who may see them, and the rules and the dashboard that read them."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
import yaml
from django.conf import settings as installed
from django.core.checks import run_checks
from django.test import Client

from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification, Outbox
from meetups.pages.site.metrics import FromTheDatabase
from meetups.registrations.models import Lottery
from tests.support import cast
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db
CHECKOUT = Path(__file__).resolve().parents[2]
PROMETHEUS = CHECKOUT / ".docker/prometheus"
KEY = {"Authorization": "Bearer of-the-operators"}


def figures(client: Client | None = None) -> dict[str, float]:
    """Each figure by its name with labels."""
    answer = (client or Client()).get("/metrics")
    assert answer.status_code == 200
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_mails_and_draws_that_are_late_are_seen() -> None:
    with time_machine.travel(cast.NOW, tick=False):
        event = cast.event()
        cast.registered("dan", event)
    draws_at = Lottery.objects.get().draws_at
    with time_machine.travel(draws_at + timedelta(minutes=7), tick=False):
        late = figures()
    assert late["meetups_database_up"] == 1
    assert late['meetups_mails_due{kind="entry_received"}'] == 1
    assert late['meetups_mail_oldest_due_seconds{kind="entry_received"}'] > 24 * 60 * 60
    assert late["meetups_draws_late"] == 1
    assert late["meetups_draw_oldest_late_seconds"] == 420
    at = draws_at + timedelta(hours=1)
    Notification.objects.update(state="failed", settled_at=at)
    Lottery.objects.update(draws_at=at + timedelta(hours=1))
    with time_machine.travel(at + timedelta(minutes=1), tick=False):
        then = figures()
    assert then['meetups_mails_failed{state="failed"}'] == 1
    assert 'meetups_mails_due{kind="entry_received"}' not in then
    assert then["meetups_draws_late"] == 0


def test_a_lottery_that_was_drawn_is_not_late() -> None:
    with time_machine.travel(cast.NOW, tick=False):
        event = cast.event()
        cast.registered("dan", event)
    cast.draw(event)
    with time_machine.travel(cast.DRAWS_AT + timedelta(minutes=7), tick=False):
        late = figures()
    assert late["meetups_draws_late"] == 0
    assert late["meetups_draw_oldest_late_seconds"] == 0


def test_requests_and_waits_for_seats_are_counted() -> None:
    def counted() -> tuple[float, float]:
        now = figures()
        return (
            now.get('meetups_requests_total{method="GET",status="200",view="home"}', 0),
            now["meetups_seat_lock_seconds_count"],
        )

    before = counted()
    Client().get("/")
    cast.registered("dan", cast.event())
    after = counted()
    assert (after[0] - before[0], after[1] > before[1]) == (1, True)


@pytest.mark.parametrize("path", ["/metrics", "/healthz/mail"])
def test_only_who_has_the_key_sees_them(path: str, settings: Any) -> None:
    settings.MONITORING_KEY = "of-the-operators"
    assert Client().get(path).status_code == 403
    assert Client(headers={"Authorization": "Bearer of-someone-else"}).get(path).status_code == 403
    assert Client(headers=KEY).get(path).status_code == 200
    settings.MONITORING_KEY = ""
    settings.PRODUCTION = True
    assert Client(headers={"Authorization": "Bearer "}).get(path).status_code == 404


def test_asking_costs_the_database_little(django_assert_max_num_queries: Any) -> None:
    Outbox.objects.update_or_create(id=1, defaults={"held_before": cast.NOW})
    with django_assert_max_num_queries(7) as seen:
        figures()
    assert len(seen) == 7
    texts = [FromTheDatabase.__doc__ or "", (CHECKOUT / "meetups/OPERATING.md").read_text()]
    assert all("seven statements at most" in text for text in texts)


def named(text: str) -> set[str]:
    """The figures that expressions name, without the endings of histograms."""
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"meetups_\w+", text)}


def known() -> set[str]:
    cast.registered("dan", cast.event())
    return {re.sub(r"_(bucket|sum|count|created)$", "", name.split("{")[0]) for name in figures()} | {
        "meetups_mails_failed",
        "meetups_mail_oldest_put_off_seconds",
    }


@pytest.mark.parametrize("file", ["alarms.yml", "dashboard.json"])
def test_rules_and_dashboard_read_figures_that_there_are(file: str) -> None:
    read = named((PROMETHEUS / file).read_text())
    assert len(read) > 5
    assert read - known() == set()


def test_a_figure_that_is_not_there_would_be_noticed() -> None:
    assert named("max(meetups_mails_lost) > 1") - known() == {"meetups_mails_lost"}


def test_alarms_say_what_they_mean_and_the_dashboard_is_one() -> None:
    rules = [
        rule for group in yaml.safe_load((PROMETHEUS / "alarms.yml").read_text())["groups"] for rule in group["rules"]
    ]
    assert all(rule["alert"] and rule["expr"] and rule["annotations"]["summary"] for rule in rules)
    panels = json.loads((PROMETHEUS / "dashboard.json").read_text())["panels"]
    assert all(panel["targets"][0]["expr"] and panel["title"] for panel in panels)


def ringing() -> set[str]:
    """The alarms on a figure of this moment that ring now. Those on a rate over minutes are left out."""
    shown = figures()
    found = set()
    for name, expression in re.findall(r"- alert: (\w+)\n\s+expr: (.+)", (PROMETHEUS / "alarms.yml").read_text()):
        asked = re.fullmatch(r"(?:max|sum)\((meetups_\w+)(?:{(\w+)=~?\"(.+)\"})?\) > (\d+)", expression)
        if asked:
            figure, label, values, most = asked.groups()
            line = re.compile(rf'{figure}{{{label}="({values})"}}' if label else figure)
            found |= {name for shown_name, value in shown.items() if line.fullmatch(shown_name) and value > int(most)}
    return found


def test_after_a_meetup_that_went_well_no_alarm_rings(mail_sink: MailSink) -> None:
    with time_machine.travel(cast.NOW, tick=False):
        event = cast.event()
        cast.registered("dan", event)
    draws_at = Lottery.objects.get().draws_at
    with time_machine.travel(draws_at + timedelta(minutes=10), tick=False):
        assert ringing() == {"DrawIsLate", "MailsAreLate"}
    cast.draw(event, at=draws_at)
    for at in (draws_at, draws_at + timedelta(minutes=10), event.ends_at + timedelta(days=1)):
        deliver(at=at)
        with time_machine.travel(at + timedelta(minutes=1), tick=False):
            assert ringing() == set()


def test_mail_that_ends_on_this_machine_is_said(settings: Any) -> None:
    assert not installed.MAIL_ENDS_HERE
    assert "meetups.W002" not in {one.id for one in run_checks(include_deployment_checks=True)}
    settings.MAIL_ENDS_HERE = True
    assert "meetups.W002" in {one.id for one in run_checks(include_deployment_checks=True)}
