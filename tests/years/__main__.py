"""`make years`: a database as after ten years, filled by plain SQL, and a table of what each page asks of it.

It is not a test: the times are those of this machine, and other work on it lengthens them. `tests/years/test_years.py` asks the same
of a small database. `--only desk_` measures the pages whose names contain that. `--search` measures the search among 100,000 events
instead.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from meetups.demo.processes import free_port
from meetups.demo.stack import CHECKOUT, Stack


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="meetups-years-"))
    folder.chmod(0o755)
    stack = Stack(folder, free_port(), throw_away=True)
    try:
        stack.start_servers()
        stack.prepare(sample=False)
        module = "tests.years.search" if "--search" in sys.argv else "tests.years.table"
        command = [sys.executable, "-W", "ignore", "-m", module, *(one for one in sys.argv[1:] if one != "--search")]
        return subprocess.run(command, cwd=CHECKOUT, env=stack.environment | {"ENVIRONMENT": "test"}).returncode
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
