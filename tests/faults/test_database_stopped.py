"""PostgreSQL is stopped in the middle of a rush, as by a power cut: three times by `make faults`, once by `make stories`."""

import time
from pathlib import Path

from meetups.demo.processes import Process, stop
from meetups.demo.servers import PostgreSQL
from tests.conftest import Site
from tests.faults.figures import FULL, Figures
from tests.faults.scene import Rush, standing, stop_immediately

PEOPLE, SEATS, TOGETHER = (1000, 100, 200) if FULL else (150, 40, 30)
CUTS = (0.1, 0.35, 0.6) if FULL else (0.3,)


class Outages:
    """A rush. At certain numbers of registered people the server is stopped, and it is started again half a second later."""

    def __init__(self, site: Site, server: PostgreSQL, process: Process) -> None:
        self.server, self.process = server, process
        self.rush = Rush(site, people=PEOPLE, seats=SEATS, together=TOGETHER)
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


def test_every_answer_outlives_a_power_cut(tmp_path: Path, figures: Figures) -> None:
    server = PostgreSQL(tmp_path / "postgres", logs=tmp_path / "logs")
    outages = None
    process = server.start()
    try:
        with standing(tmp_path / "site", server=server) as site:
            outages = Outages(site, server, process)
            outages.run(*CUTS)
            seconds = outages.served_again()
            figures.add("PostgreSQL stopped immediately in a rush", f"{len(seconds)} times")
            figures.add("… served again after", ", ".join(f"{one:.2f} s" for one in seconds) + " (promised: 5 s)")
            lost = sum(not answer.settled for answer in outages.rush.answers)
            figures.add("… answers that are not as stored", f"{len(outages.rush.wrong())}, {lost} asked again")
            assert outages.rush.wrong() == []
            assert len(seconds) == len(CUTS)
            assert not FULL or max(seconds) <= 5
            assert lost > 0
            assert "invariants hold" in site.manage("check_invariants")
    finally:
        stop([outages.process if outages else process])
        server.remove()
