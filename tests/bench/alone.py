"""The most that one lock can do: PostgreSQL without Django and without HTTP."""

import threading
import time
from uuid import uuid4

import psycopg

CONNECTIONS = 4
SEATS = 1000


def seats_through_one_lock(url: str) -> float:
    """Seats per second, when everyone takes the lock, counts, inserts and commits."""
    left = iter(range(SEATS))
    taking = threading.Lock()

    def sell() -> None:
        with psycopg.connect(url, prepare_threshold=1) as connection:
            while True:
                with taking:
                    if next(left, None) is None:
                        return
                connection.execute("SELECT pg_advisory_xact_lock(4712, 1)")
                connection.execute("SELECT count(*) FROM (SELECT FROM bench_row WHERE slot = 2 LIMIT 100) taken")
                connection.execute("INSERT INTO bench_row (slot, person) VALUES (2, %s)", [uuid4()])
                connection.commit()

    threads = [threading.Thread(target=sell) for _number in range(CONNECTIONS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return SEATS / (time.perf_counter() - began)
