"""PostgreSQL is stopped three times in one rush, as by a power cut."""

import time
from pathlib import Path
from urllib.parse import quote

from meetups.demo.processes import Process, stop
from meetups.demo.servers import PostgreSQL
from tests.concurrency.rush import registered, told_to_be_registered
from tests.conftest import Site
from tests.faults.figures import Figures
from tests.faults.scene import Rush, standing, start_with_tables, stop_immediately

PEOPLE, SEATS = 1000, 100


class Outages:
    """A rush. At certain numbers of registered people the server is stopped, and it is started again half a second later."""

    def __init__(self, site: Site, server: PostgreSQL, process: Process) -> None:
        self.server, self.process = server, process
        self.rush = Rush(site, people=PEOPLE, seats=SEATS, together=200)
        self.back: list[float] = []

    def run(self, *shares: float) -> None:
        self.rush.start()
        for share in shares:
            self.rush.await_share(share)
            stop_immediately(self.server, self.process)
            time.sleep(0.5)
            self.process = self.server.start()
            self.back.append(time.monotonic())
        self.rush.finished()

    def served_again(self) -> list[float]:
        """For each start, the seconds until the next person was registered."""
        moments = sorted(answer.came for answer in self.rush.answers if answer.status == 302)
        return [next(moment for moment in moments if moment > back) - back for back in self.back]


def test_every_answer_outlives_three_power_cuts(tmp_path: Path, figures: Figures) -> None:
    server = PostgreSQL(tmp_path / "postgres", logs=tmp_path / "logs")
    outages = None
    process = start_with_tables(server)
    try:
        with standing(tmp_path / "site", server=server) as site:
            outages = Outages(site, server, process)
            outages.run(0.1, 0.35, 0.6)
            seconds = outages.served_again()
            figures.add("PostgreSQL stopped immediately in a rush", f"{len(seconds)} times")
            figures.add("… served again after", ", ".join(f"{one:.2f} s" for one in seconds) + " (promised: 5 s)")
            lost = sum(not answer.settled for answer in outages.rush.answers)
            figures.add("… answers that are not as stored", f"{len(outages.rush.wrong())}, {lost} asked again")
            assert outages.rush.wrong() == []
            assert len(seconds) == 3
            assert max(seconds) <= 5
            assert lost > 0
            assert "invariants hold" in site.manage("check_invariants")
    finally:
        stop([outages.process if outages else process])
        server.remove()


def test_without_synchronous_commit_answers_would_be_lost(tmp_path: Path, figures: Figures) -> None:
    """The control: this shows the purpose of the setting. The server also waits longer than usual before it writes."""
    server = PostgreSQL(tmp_path / "postgres", logs=tmp_path / "logs")
    outages = None
    process = start_with_tables(server)
    options = quote("-c synchronous_commit=off -c client_connection_check_interval=500ms")
    try:
        with standing(
            tmp_path / "site", server=server, more={"DATABASE_URL": f"{server.url}&options={options}"}
        ) as site:
            outages = Outages(site, server, process)
            outages.run(0.3)
            lost = told_to_be_registered(outages.rush.answers) - set(registered(site, outages.rush.given))
            figures.add("control, synchronous_commit off: answered and lost", f"{len(lost)} (must be more than 0)")
            assert lost
    finally:
        stop([outages.process if outages else process])
        server.remove()
