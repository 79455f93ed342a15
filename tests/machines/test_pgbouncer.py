"""PostgreSQL behind PgBouncer in transaction mode: the role's settings, a killed client, plans, and what a session must not keep."""

import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from meetups.core.postgresql.role import SETTINGS, set_up_role
from meetups.demo.processes import stop
from meetups.demo.servers import PostgreSQL
from tests.concurrency.test_locks import freed_after_kill
from tests.conftest import Site
from tests.faults.figures import Figures
from tests.faults.scene import Rush, standing, stop_immediately
from tests.support.spread import PgBouncer
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    folder = tmp_path_factory.mktemp("pooled")
    server = PostgreSQL(folder / "postgres", logs=folder / "logs")
    process = server.start()
    yield server
    stop([process])
    server.remove()


@pytest.fixture(scope="module")
def pooler(server: PostgreSQL) -> Iterator[PgBouncer]:
    """Fewer connections of PostgreSQL than there are web processes."""
    pooler = PgBouncer(server, pool=3)
    process = pooler.start()
    yield pooler
    stop([process])


def test_the_role_gets_what_it_lacks_and_keeps_it(server: PostgreSQL) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE dan LOGIN")
    as_dan = server.url.replace("postgres@", "dan@")
    with psycopg.connect(as_dan, autocommit=True) as connection:
        assert set_up_role(connection.cursor()) == [], "the server has them"
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET client_connection_check_interval = 0")
        assert set_up_role(connection.cursor()) == list(SETTINGS), "a role without rights may set its own"
        row = connection.execute("SELECT rolconfig FROM pg_roles WHERE rolname = 'dan'").fetchone()
    assert row == ([f"{name}={value}" for name, value in SETTINGS.items()],)


def test_the_lock_of_a_killed_client_is_free_at_once(pooler: PgBouncer, figures: Figures) -> None:
    """PgBouncer ends the server's connection of a client that is gone, and the role's setting lets PostgreSQL notice."""
    seconds = freed_after_kill(pooler.url, options="")
    figures.add("through PgBouncer: a killed client's seat lock is free after", f"{seconds:.2f} s")
    assert seconds < 2, "the statement of the dead would hold it for three"


def test_a_rush_through_three_connections(server: PostgreSQL, pooler: PgBouncer, tmp_path: Path) -> None:
    """Six web processes: statements with plans, advisory locks and SET LOCAL change connections with each transaction."""
    with standing(tmp_path, server=server, workers=0) as site:
        site.settings |= {"DATABASE_URL": pooler.url, "DIRECT_DATABASE_URL": server.url}
        site.start_web(workers=6)
        site.await_web()
        rush = Rush(site, people=200, seats=50, together=40)
        rush.start()
        rush.finished()
        assert rush.wrong() == []
        assert "invariants hold" in site.manage("check_invariants")
    with psycopg.connect(server.url) as connection:
        locks = connection.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone()
    assert locks == (0,)


def test_postgresql_is_stopped_behind_the_pooler_in_a_rush(tmp_path: Path, figures: Figures) -> None:
    """Web servers and PgBouncer go on; who was answered is registered, and who was not asks again."""
    server = PostgreSQL(tmp_path / "postgres", logs=tmp_path / "logs")
    process = server.start()
    pooler = PgBouncer(server, pool=3)
    pooling = pooler.start()
    try:
        with standing(tmp_path / "site", server=server, workers=0) as site:
            site.settings |= {"DATABASE_URL": pooler.url, "DIRECT_DATABASE_URL": server.url}
            site.start_web(workers=2)
            site.await_web()
            rush = Rush(site, people=100, seats=30, together=20)
            rush.start()
            rush.await_share(0.3)
            stop_immediately(server, process)
            assert wait_until(lambda: not is_up(site)), "the web servers have met a database that is gone"
            process = server.start()
            back = time.monotonic()
            answers = rush.finished()
            served = [answer.came for answer in answers if answer.status == 302 and answer.came > back]
            figures.add("through PgBouncer: served again after PostgreSQL was stopped", f"{min(served) - back:.2f} s")
            assert rush.wrong() == []
            assert "invariants hold" in site.manage("check_invariants")
    finally:
        stop([pooling, process])
        server.remove()


def is_up(site: Site) -> bool:
    straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        straight.open(f"{site.base_url}/healthz", timeout=5).close()
    except OSError:
        return False
    return True


def test_what_one_transaction_sets_the_next_client_does_not_see(pooler: PgBouncer) -> None:
    def settings(_number: int) -> None:
        with psycopg.connect(pooler.url) as connection:
            before = connection.execute("SELECT current_setting('lock_timeout')").fetchone()
            connection.execute("SELECT set_config('lock_timeout', '3s', true)")
            seen.append(before)

    seen: list[tuple[str] | None] = []
    clients = [threading.Thread(target=settings, args=[number]) for number in range(12)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert seen == [("0",)] * 12
