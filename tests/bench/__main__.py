"""`make bench` starts the product and the floors side by side, measures them in turns, and prints the ratios.

It is not a test: it fails no build, and its absolute figures mean nothing on another machine. With `POOLED=1` both go through
PgBouncer in transaction mode.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from meetups.demo.processes import Process, free_port, stop
from meetups.demo.servers import PostgreSQL
from meetups.demo.stack import Stack
from tests.bench import TABLES
from tests.bench.alone import seats_through_one_lock
from tests.support.load import Answer, Request, registering, send
from tests.support.spread import PgBouncer

TOGETHER = 16
ROUNDS = 3


class Bench:
    """The product and the floors, both with two workers, on one database."""

    def __init__(self, product: Stack, floors: Stack) -> None:
        self.product, self.floors = product, floors

    def crowd(self, people: int, seats: int) -> dict[str, Any]:
        command = [sys.executable, "-m", "tests.support.load", "--people", str(people), "--seats", str(seats)]
        made = subprocess.run(command, env=self.product.environment, capture_output=True, text=True, check=True)
        given: dict[str, Any] = json.loads(made.stdout)
        return given

    def rate(self, url: str, requests: list[Request], status: int, *, slowest: list[float] | None = None) -> float:
        """Requests per second. Ends the program if an answer is not `status`. Appends the 95th percentile to `slowest`."""
        send(url, [[request] for request in requests[:4]] if status == 200 else [], together=4)
        began = time.perf_counter()
        answers = send(url, [[request] for request in requests], together=TOGETHER)
        took = time.perf_counter() - began
        expect(answers, status)
        if slowest is not None:
            slowest.append(statistics.quantiles([answer.took for answer in answers], n=20)[-1])
        return len(answers) / took

    def in_turns(self, measures: dict[str, Callable[[], float]]) -> dict[str, float]:
        """The median of each measure. The rounds interleave the measures, so that a busy moment hits all of them alike."""
        found: dict[str, list[float]] = {name: [] for name in measures}
        for _round in range(ROUNDS):
            for name, measure in measures.items():
                found[name].append(measure())
        return {name: statistics.median(values) for name, values in found.items()}


def expect(answers: list[Answer], status: int) -> None:
    wrong = [answer for answer in answers if answer.status != status]
    if wrong:
        sys.exit(f"{len(wrong)} of {len(answers)} answers were not {status}; the first was {wrong[0].status}.")


def expect_any(answers: list[Answer]) -> None:
    """Ends the program unless the answers are pages and redirects."""
    if {answer.status for answer in answers} != {200, 302}:
        sys.exit(f"Unexpected answers: {sorted({answer.status for answer in answers})}")


def event_page(bench: Bench) -> None:
    """The event page against one indexed SELECT: anonymous, and signed in."""
    given = bench.crowd(people=60, seats=100)
    page = f"/events/{given['event']}/"
    for session in given["sessions"][:40]:
        expect(send(bench.product.base_url, [[registering(given, session)]], together=1), 302)
    session = given["sessions"][0]
    rates = bench.in_turns(
        {
            "floor": lambda: bench.rate(bench.floors.base_url, [Request("/select")] * 1500, 200),
            "anonymous": lambda: bench.rate(bench.product.base_url, [Request(page)] * 300, 200),
            "signed in": lambda: bench.rate(bench.product.base_url, [Request(page, session)] * 200, 200),
        }
    )
    for who, wanted in (("anonymous", 0.70), ("signed in", 0.33)):
        row(f"event page, {who}", rates[who], rates["floor"], "SELECT", wanted)


def registration(bench: Bench) -> None:
    """One registration POST against one INSERT and against a locked INSERT; a complete registration; the lock alone."""
    slowest: list[float] = []

    def post() -> float:
        given = bench.crowd(people=300, seats=1000)
        requests = [registering(given, session) for session in given["sessions"]]
        return bench.rate(bench.product.base_url, requests, 302, slowest=slowest)

    def whole() -> float:
        given = bench.crowd(people=200, seats=1000)
        began = time.perf_counter()
        expect_any(send(bench.product.base_url, visits(given), together=TOGETHER))
        return len(given["sessions"]) / (time.perf_counter() - began)

    rates = bench.in_turns(
        {
            "insert": lambda: bench.rate(bench.floors.base_url, [Request("/insert")] * 1500, 200),
            "locked": lambda: bench.rate(bench.floors.base_url, [Request("/locked")] * 1500, 200),
            "post": post,
            "whole": whole,
            "alone": lambda: seats_through_one_lock(bench.product.settings["DATABASE_URL"]),
        }
    )
    row("registration POST", rates["post"], rates["insert"], "INSERT", 0.24)
    row("registration POST", rates["post"], rates["locked"], "locked INSERT", 0.40)
    print(
        f"{f'  of which 95 % answered, {TOGETHER} at a time':44} {statistics.median(slowest) * 1000:6.0f} ms  (to reach: 50 ms)"
    )
    row("a whole registration", rates["whole"], rates["insert"], "INSERT", 0.12)
    counted = counted_statements(bench)
    print(f"{'  its requests':44} {counted['requests']:6}     (to reach: 3)")
    print(f"{'  their statements':44} {counted['statements']:6}     (to reach: 15)")
    print(f"{'event page, statements when nothing is kept':44} {counted['event page']:6}     (to reach: 6)")
    print(
        f"{'seats through one lock, PostgreSQL alone':44} {rates['alone']:6.0f}/s   a POST takes {rates['post'] / rates['alone']:.0%} of it"
    )


def counted_statements(bench: Bench) -> dict[str, int]:
    command = [sys.executable, "-m", "tests.bench.sql_statements"]
    counted = subprocess.run(command, env=bench.product.environment, capture_output=True, text=True, check=True)
    found: dict[str, int] = json.loads(counted.stdout)
    return found


def visits(given: dict[str, Any]) -> list[list[Request]]:
    """The requests of each person: the event page, the step before registering, the registration."""
    event = f"/events/{given['event']}/"
    return [
        [Request(event, session), Request(f"{event}registration/", session), registering(given, session)]
        for session in given["sessions"]
    ]


def rush(bench: Bench) -> None:
    """300 people want 100 seats. Each opens the event page, then the register step, then registers; all get an answer."""
    took = []
    for _round in range(ROUNDS):
        given = bench.crowd(people=300, seats=100)
        people = visits(given)
        began = time.perf_counter()
        answers = send(bench.product.base_url, people, together=100)
        took.append(time.perf_counter() - began)
        expect_any(answers)
    print(f"{'rush of 300 for 100 seats, 900 requests':44} {statistics.median(took):6.2f} s   (to reach: 1.6 s)")


def row(what: str, rate: float, floor: float, floor_name: str, wanted: float) -> None:
    print(
        f"{what:28} {rate:7.0f}/s   {floor_name:14} {floor:7.0f}/s   ratio {rate / floor:.2f}   (to reach: {wanted:.2f})",
        flush=True,
    )


def await_floors(stack: Stack) -> None:
    for _try in range(200):
        try:
            urllib.request.urlopen(f"{stack.base_url}/select", timeout=2).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit("The floors do not answer.")


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="meetups-bench-"))
    folder.chmod(0o755)
    product = Stack(folder, free_port())
    (folder / "floors").mkdir()
    floors = Stack(folder / "floors", free_port())
    pooled: list[Process] = []
    server = PostgreSQL(folder / "postgres", logs=product.logs) if os.environ.get("POOLED") else None
    try:
        print("Starting the product and the floors", flush=True)
        if server:
            pooled.append(server.start())
            product.given = {"DATABASE_URL": server.url}
        product.start_servers()
        product.prepare(sample=False)
        if server:
            pooler = PgBouncer(server)
            pooled.append(pooler.start())
            product.settings |= {"DATABASE_URL": pooler.url, "DIRECT_DATABASE_URL": server.url}
            print("Both go through PgBouncer", flush=True)
        with psycopg.connect(product.settings["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(TABLES)
        floors.settings = dict(product.settings)
        product.start_web(workers=2)
        product.await_web()
        floors.start_web(workers=2, application="tests.bench.floors")
        await_floors(floors)
        bench = Bench(product, floors)
        print(f"2 workers each, {TOGETHER} at a time, median of {ROUNDS} rounds\n", flush=True)
        for measure in (event_page, registration, rush):
            measure(bench)
        print()
        print(product.manage("check_invariants").strip())
    finally:
        floors.stop()
        product.stop()
        stop(reversed(pooled))
        if server:
            server.remove()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
