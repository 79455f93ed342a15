"""`manage.py` commands on a product under test, in one process that stays, because most of a command's time is its start."""

import json
import subprocess
import sys
from collections.abc import Mapping

from meetups.demo.processes import Trouble
from meetups.demo.stack import CHECKOUT

LOOP = """
import contextlib, io, json, sys, traceback, django
from django.core.management import call_command
from django.db import connections
django.setup()
for line in sys.stdin:
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            call_command(*json.loads(line), stdout=said)
        fault = ""
    except BaseException:
        fault = traceback.format_exc()
    # The next command finds the database as a new process would.
    connections.close_all()
    print(json.dumps([said.getvalue(), fault]), flush=True)
"""


class Commands:
    """Runs commands one after another in the given environment."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", LOOP],
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> str:
        """The output of the command. Raises Trouble if it fails."""
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps(arguments), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        said, fault = json.loads(answer) if answer else ("", "The process has ended.")
        if fault:
            raise Trouble(f"manage.py {' '.join(arguments)} failed:\n{said}{fault}")
        return str(said)

    def stop(self) -> None:
        """Ends the process."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()
