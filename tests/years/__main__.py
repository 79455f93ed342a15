"""`make years`: a database as after ten years, filled by plain SQL, a table of what each page asks of it, and what a web worker takes
after an hour of visitors.

It is not a test: the times are those of this machine, and other work on it lengthens them. `tests/years/test_years.py` asks the same
of a small database. `--only desk_` measures the pages whose names contain that. `--search` measures the search among 100,000 events
instead. Both leave the memory out.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from meetups.demo.processes import free_port
from meetups.demo.stack import CHECKOUT, Stack
from tests.years import memory


def main(arguments: list[str]) -> int:
    found = measure_pages(arguments)
    if not arguments:
        memory.main()
    return found


def measure_pages(arguments: list[str]) -> int:
    """The table of pages, or of searches. Returns the code with which the program ended."""
    folder = Path(tempfile.mkdtemp(prefix="meetups-years-"))
    folder.chmod(0o755)
    stack = Stack(folder, free_port(), throw_away=True)
    try:
        stack.start_servers()
        stack.prepare(sample=False)
        module = "tests.years.search" if "--search" in arguments else "tests.years.table"
        command = [sys.executable, "-W", "ignore", "-m", module, *(one for one in arguments if one != "--search")]
        return subprocess.run(command, cwd=CHECKOUT, env=stack.environment | {"ENVIRONMENT": "test"}).returncode
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
