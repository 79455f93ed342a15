"""The demo's folder in the checkout: who uses it, its notes, and the cleanup after a demo that was killed."""

import fcntl
import json
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from meetups.demo.processes import Trouble, command_line, kill_group, port_is_free
from meetups.demo.servers import PostgreSQL
from meetups.demo.stack import CHECKOUT, Stack, read_environment

LEFTOVER_PATIENCE = 10


class DemoFolder:
    """`folder` and its notes: `env` (the settings for manage.py), `running` (the current user of the folder, locked), `sign-in`,
    `sample-unfinished`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: TextIO | None = None

    @property
    def env_file(self) -> Path:
        return self.folder / "env"

    @property
    def interrupted(self) -> bool:
        """Whether the last start ended while it made the sample."""
        return (self.folder / "sample-unfinished").exists()

    def take(self, *, port: int, say: Callable[[str], None]) -> None:
        """Takes the folder for this demo alone.

        First ends the processes that a killed demo left. Raises Trouble if the folder or the port is in use.
        """
        try:
            self.folder.mkdir(exist_ok=True)
            self._lock = (self.folder / "running").open("a+")
        except OSError as error:
            raise Trouble(
                f"{self.folder} cannot be written to ({error.strerror}). Everything that the demo makes goes there: make it "
                "writable, or clone into a folder of yours."
            ) from error
        self._lock.seek(0)
        notes = json.loads(self._lock.read() or "{}")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            self._lock = None
            raise Trouble(
                f"The demo already runs from this checkout at {notes.get('address', 'an address unknown')}. "
                "Stop it with Ctrl-C where it was started."
            ) from None
        if notes:
            say("The last demo was killed: clearing up after it")
            _end_leftovers(notes["processes"], port)
            self._note({})
        if not port_is_free(port):
            raise Trouble(f"Port {port} is taken by another program. Choose another one: make demo PORT={port + 1}")

    def secret_key(self) -> str:
        """The key of the last start, so that people stay signed in. A new key for the first start."""
        return read_environment(self.env_file).get("SECRET_KEY") or secrets.token_urlsafe(48)

    def remember(self, stack: Stack) -> None:
        """Writes the settings for manage.py, and the running processes for a start after a kill."""
        self.env_file.touch(mode=0o600)
        self.env_file.write_text("".join(f"{name}={value}\n" for name, value in stack.settings.items()))
        self._note({"address": stack.base_url, "processes": [process.popen.pid for process in stack.processes]})

    def leave(self) -> None:
        """Gives the folder back after everything has stopped."""
        if self._lock:
            self._note({})
            self._lock.close()

    def clear(self) -> None:
        """Deletes everything that earlier demos left, except for the lock and the logs."""
        if (self.folder / "postgres").exists():
            PostgreSQL(self.folder / "postgres", logs=self.folder / "logs").remove()
        for entry in self.folder.iterdir():
            if entry.is_dir() and entry.name != "logs":
                shutil.rmtree(entry)
            elif entry.is_file() and entry.name != "running":
                entry.unlink()

    def summary(self, stack: Stack) -> str:
        """The facts that a newcomer needs, in the order of use."""
        people = self.folder / "sign-in"
        lines = people.read_text().strip().splitlines() if people.exists() else ["the accounts that were there before"]
        mails = stack.mails_url or f"sent through {stack.settings['EMAIL_URL'].rpartition('@')[2]}"
        facts = {"Address": [f"{stack.base_url}/"], "Sign in": lines, "Mails": [mails], "Stop": ["Ctrl-C"]}
        return "\n".join(
            f"  {name if number == 0 else '':9} {line}"
            for name, lines in facts.items()
            for number, line in enumerate(lines)
        )

    def name_of(self, path: Path) -> str:
        """A path relative to the checkout, if it is inside."""
        return str(path.relative_to(CHECKOUT)) if path.is_relative_to(CHECKOUT) else str(path)

    def _note(self, notes: dict[str, object]) -> None:
        assert self._lock
        self._lock.seek(0)
        self._lock.truncate()
        self._lock.write(json.dumps(notes))
        self._lock.flush()


def _end_leftovers(processes: list[int], port: int) -> None:
    """Waits until the programs of a killed demo have ended. After a while it ends those that are still ours."""
    deadline = time.monotonic() + LEFTOVER_PATIENCE
    while time.monotonic() < deadline and (any(_is_ours(pid) for pid in processes) or not port_is_free(port)):
        time.sleep(0.1)
    for pid in processes:
        if _is_ours(pid):
            kill_group(pid)


def _is_ours(pid: int) -> bool:
    return str(CHECKOUT) in command_line(pid)
