"""The control of the power cuts: this shows the purpose of `synchronous_commit`."""

from pathlib import Path
from urllib.parse import quote

from meetups.demo.processes import stop
from meetups.demo.servers import PostgreSQL
from tests.concurrency.rush import registered, told_to_be_registered
from tests.faults.figures import Figures
from tests.faults.scene import standing
from tests.faults.test_database_stopped import Outages


def test_without_synchronous_commit_answers_would_be_lost(tmp_path: Path, figures: Figures) -> None:
    """The server also waits longer than usual before it writes."""
    server = PostgreSQL(tmp_path / "postgres", logs=tmp_path / "logs")
    outages = None
    process = server.start()
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
