"""A slow mail server and thousands of due reminders: a newcomer's code leaves within seconds all the same, and a draw is on time.

Web server, senders, worker and clock run as in docker-compose.yml. The mail server takes half a second for each mail.
"""

import asyncio
import re
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from aiosmtpd.smtp import SMTP, Envelope, Session

from meetups.demo.processes import stop
from meetups.demo.servers import Valkey
from tests.concurrency.rush import crowd
from tests.conftest import Site
from tests.faults.figures import FULL, Figures
from tests.faults.scene import rows, standing
from tests.mail_faults.scene import make_crowd
from tests.support.servers import MailSink

REMINDERS, CODES, USUAL = (3000, 20, 10) if FULL else (40, 3, 3)
SECONDS_A_MAIL = 0.5
PROMISED, PROMISED_USUALLY, PROMISED_DRAW = 5.0, 3.0, 30.0
PATIENCE = 60.0


@dataclass
class SlowSink(MailSink):
    """A mail server that takes its time, and notes when it has taken the first mail for each address (monotonic seconds)."""

    seconds: float = 0.0
    arrived: dict[str, float] = field(default_factory=dict)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        await asyncio.sleep(self.seconds)
        for address in envelope.rcpt_tos:
            self.arrived.setdefault(address, time.monotonic())
        return await super().handle_DATA(server, session, envelope)


@contextmanager
def product(folder: Path) -> Iterator[tuple[Site, SlowSink]]:
    """The product as in production, with its own Redis."""
    sink = SlowSink()
    controller = sink.controller()
    controller.start()
    (folder / "redis").mkdir()
    valkey = Valkey(logs=folder / "redis")
    redis = valkey.start()
    try:
        with standing(folder / "site", workers=2, more={"EMAIL_URL": sink.url, "REDIS_URL": valkey.url}) as site:
            # As many processes for each queue as in docker-compose.yml.
            site.start_sender(processes=2)
            site.start_worker(processes=2)
            site.start_clock()
            yield site, sink
            site.stop()
    finally:
        stop([redis])
        controller.stop()


def sign_up(site: Site, sink: MailSink, number: int) -> str:
    """A newcomer signs up, and is sent a code. Returns the address."""
    address = f"newcomer-{number}@example.org"
    jar = urllib.request.HTTPCookieProcessor(CookieJar())
    browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)
    with browser.open(f"{site.base_url}/accounts/signup/") as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
    assert token
    form = {"csrfmiddlewaretoken": token[1], "name": "N", "email": address, "password1": "a long word of mine"}
    with browser.open(f"{site.base_url}/accounts/signup/", data=urlencode(form).encode()) as answer:
        assert "confirm-email" in answer.url
    return address


def codes(site: Site, sink: SlowSink, numbers: range, *, pause: float) -> list[float]:
    """The seconds from the click of each newcomer to the server's answer that it has the mail with the code."""
    took = []
    for number in numbers:
        asked = time.monotonic()
        address = sign_up(site, sink, number)
        while address not in sink.arrived:
            assert time.monotonic() < asked + PATIENCE, "the code never came"
            time.sleep(0.01)
        took.append(sink.arrived[address] - asked)
        time.sleep(pause)
    return took


def test_a_code_leaves_and_a_draw_runs_while_reminders_wait(tmp_path: Path, figures: Figures) -> None:
    with product(tmp_path) as (site, sink):
        url = site.settings["DATABASE_URL"]
        # The first one waits until the workers are there.
        codes(site, sink, range(1), pause=0)
        usually = codes(site, sink, range(1, 1 + USUAL), pause=0.8 if FULL else 0.3)
        sink.seconds = SECONDS_A_MAIL
        make_crowd(site, people=REMINDERS, kind="reminder_day")
        if FULL:
            crowd(site, people=20, seats=5, lottery=True)
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(
                    "UPDATE registrations_lottery SET closes_at = now(), draws_at = now() + interval '25 seconds' "
                    "WHERE state = 'announced' AND closes_at > now() + interval '1 day'"
                )
        left_before = len(sink.messages)
        while len(sink.messages) < left_before + 4:
            time.sleep(0.05)
        took = codes(site, sink, range(100, 100 + CODES), pause=1.2 if FULL else 0.7)
        [(waiting,)] = rows(
            url, "SELECT count(*) FROM notifications_notification WHERE state IN ('waiting', 'sending')"
        )
        late: list[float] = []
        if FULL:
            while not (drawn := rows(url, DRAWN)):
                time.sleep(0.5)
            late = [seconds for (seconds,) in drawn]
    figures.add("a code in normal running leaves within", f"{max(usually):.1f} s (promised: {PROMISED_USUALLY:.0f} s)")
    figures.add(
        f"… with {REMINDERS:,} reminders due at 0.5 s each",
        f"{max(took):.1f} s (promised: {PROMISED:.0f} s; {CODES} codes)",
    )
    assert waiting > 0, "the reminders were out before the codes: this proves nothing"
    # Other tests on the same machine only ever add seconds. So every code counts where this test runs alone,
    # and beside others the quickest: codes that wait for the next round of the clock are all too late.
    assert (max(usually) if FULL else min(usually)) <= PROMISED_USUALLY
    assert (max(took) if FULL else min(took)) <= PROMISED
    if FULL:
        figures.add("… a due draw runs after", f"{max(late):.1f} s (promised: {PROMISED_DRAW:.0f} s)")
        assert max(late) <= PROMISED_DRAW


DRAWN = "SELECT extract(epoch FROM drawn_at - draws_at)::float8 FROM registrations_lottery WHERE state = 'drawn'"
