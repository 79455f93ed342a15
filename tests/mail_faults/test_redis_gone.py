"""Redis is stopped, flushed, or hangs. People are answered as usual, nothing is lost, and due mails leave."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from meetups.demo.processes import Process, stop
from meetups.demo.servers import Valkey
from tests.concurrency.rush import crowd
from tests.conftest import Site
from tests.faults.figures import FULL, Figures
from tests.faults.scene import standing
from tests.mail_faults.scene import await_mails, sender, states
from tests.support.load import registering, send
from tests.support.servers import MailSink

PEOPLE = 40 if FULL else 8
PROMISED = 120.0


class Outage:
    """A product with its own Redis, and people who register while Redis is away."""

    def __init__(self, site: Site, sink: MailSink, valkey: Valkey, folder: Path) -> None:
        self.site, self.sink, self.valkey, self.folder = site, sink, valkey, folder
        self.process: Process = valkey.start()
        self.told = 0
        self.worst = 0.0

    def stop(self) -> None:
        stop([self.process])

    def hang(self) -> None:
        os.kill(self.process.popen.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.process.popen.pid, signal.SIGCONT)

    def register(self) -> list[int]:
        """Everyone registers for a new event, and does nothing else. Returns the statuses of the answers."""
        given: dict[str, Any] = crowd(self.site, people=PEOPLE, seats=PEOPLE)
        answers = send(self.site.base_url, [[registering(given, one)] for one in given["sessions"]], together=4)
        self.told += PEOPLE
        self.worst = max(self.worst, *(answer.took for answer in answers))
        return [answer.status for answer in answers]

    def all_mails_out(self, process: Process | None = None) -> float:
        """The seconds until each person has their mail."""
        began = time.monotonic()
        assert await_mails(self.sink, self.told, process, patience=PROMISED)
        return time.monotonic() - began


@contextmanager
def outage(folder: Path, *, clock: bool) -> Iterator[Outage]:
    """With `clock`, Celery's worker and clock run."""
    sink = MailSink()
    controller = sink.controller()
    controller.start()
    (folder / "redis").mkdir()
    valkey = Valkey(logs=folder / "redis")
    with standing(folder, workers=0, more={"EMAIL_URL": sink.url, "REDIS_URL": valkey.url}) as site:
        scene = Outage(site, sink, valkey, folder)
        try:
            site.start_web(workers=2)
            if clock:
                site.start_sender()
                site.start_clock()
            site.await_web()
            yield scene
        finally:
            with_all = [process for process in site.processes if process.name in {"sender", "clock"}]
            stop(with_all)
            if scene.process.running:
                scene.go_on()
                scene.stop()
            controller.stop()


def test_it_hangs_and_mails_leave_all_the_same(tmp_path: Path, figures: Figures) -> None:
    """Without Celery, `manage.py deliver --loop` sends the mails."""
    with outage(tmp_path, clock=False) as scene:
        loop = sender(scene.site, "--loop")
        try:
            scene.hang()
            statuses = scene.register()
            took = scene.all_mails_out()
        finally:
            stop([loop])
        stored = states(scene.site)
    figures.add("Redis hangs: answers of 5xx", f"{sum(status >= 500 for status in statuses)} of {PEOPLE}")
    figures.add("… slowest answer", f"{scene.worst:.2f} s")
    figures.add("… all mails out by `deliver --loop` after", f"{took:.1f} s (promised: 120 s)")
    assert set(statuses) == {302}
    assert stored == {"sent": PEOPLE}


if FULL:

    def test_it_is_stopped_flushed_and_back_and_the_clock_finds_what_is_due(tmp_path: Path, figures: Figures) -> None:
        with outage(tmp_path, clock=True) as scene:
            assert set(scene.register()) == {302}
            scene.all_mails_out()
            # Stopped: Redis keeps nothing, so it is empty when it comes back.
            scene.stop()
            statuses = scene.register()
            scene.process = scene.valkey.start()
            after_stop = scene.all_mails_out()
            # Flushed while it holds alarms.
            scene.hang()
            statuses += scene.register()
            scene.go_on()
            flush(scene.valkey)
            after_flush = scene.all_mails_out()
            stored = states(scene.site)
        figures.add("Redis stopped, hanging and flushed: answers of 5xx", str(sum(one >= 500 for one in statuses)))
        figures.add("… slowest answer", f"{scene.worst:.2f} s")
        figures.add("… all mails out after it is back", f"{after_stop:.1f} s; flushed: {after_flush:.1f} s (120 s)")
        figures.add("… lost", str(3 * PEOPLE - stored["sent"]))
        assert set(statuses) == {302}
        assert stored == {"sent": 3 * PEOPLE}

    def flush(valkey: Valkey) -> None:
        command = f"exec 3<>/dev/tcp/127.0.0.1/{valkey.port}; printf 'FLUSHALL\\r\\n' >&3; head -c5 <&3"
        subprocess.run(["bash", "-c", command], check=True, capture_output=True, timeout=10)
