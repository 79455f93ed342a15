"""`python -m tests.years.memory`: what a web worker takes after an hour of visitors.

An hour is 7,200 requests, two a second, for the pages that visitors open, by people who are signed in and by people who are not. They
are sent as fast as they are answered. The measure is PSS, from /proc: memory of its own, and its share of what workers share.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from meetups.demo.processes import free_port
from meetups.demo.stack import Stack
from tests.support.load import Request, registering, send

AN_HOUR = 7_200
MOST_MEGABYTES = 110


def megabytes(process: int, measure: str) -> float:
    """A line of the kernel's summary for this process."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    [kilobytes] = re.findall(rf"^{measure}:\s+(\d+) kB", text, re.MULTILINE)
    return int(kilobytes) / 1024


def workers_of(stack: Stack) -> list[int]:
    [web] = [process.popen.pid for process in stack.processes if process.name == "web"]
    return [int(one) for one in Path(f"/proc/{web}/task/{web}/children").read_text().split()]


def visits(given: dict[str, Any]) -> list[list[Request]]:
    """An hour of requests."""
    event = f"/events/{given['event']}/"
    pages = ("/", event, "/?when=past", f"{event}registration/", "/accounts/login/", f"{event}shifts/", "/me/")
    sessions = given["sessions"]
    registered = [[registering(given, session)] for session in sessions]
    looked = [
        [Request(pages[n % len(pages)], sessions[n % len(sessions)] if n % 2 else "")]
        for n in range(AN_HOUR - len(registered))
    ]
    return registered + looked


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="meetups-memory-"))
    folder.chmod(0o755)
    stack = Stack(folder, free_port(), throw_away=True)
    try:
        stack.start_servers()
        stack.prepare(sample=False)
        stack.start_web(workers=2)
        stack.await_web()
        command = [sys.executable, "-m", "tests.support.load", "--people", "200", "--seats", "150"]
        made = subprocess.run(command, env=stack.environment, capture_output=True, text=True, check=True)
        answers = send(stack.base_url, visits(json.loads(made.stdout)), together=8)
        print(f"{len(answers):,} requests, {sum(answer.status >= 500 for answer in answers)} of them answered with 5xx")
        for worker in workers_of(stack):
            pss, resident = megabytes(worker, "Pss"), megabytes(worker, "Rss")
            print(f"worker: {pss:.0f} MB PSS (to reach: {MOST_MEGABYTES}), {resident:.0f} MB resident")
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
