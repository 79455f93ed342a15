"""Programs that the demo and the tests start and stop.

Each program leads its own process group. So Ctrl-C reaches only the command that started it, which then stops everything in
order. On Linux the kernel also ends a program when its starter is killed.
"""

import contextlib
import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict

PR_SET_PDEATHSIG = 1


class Trouble(Exception):
    """A problem that a person can fix. Its text says what happened and what to do."""


@dataclass(frozen=True)
class Account:
    """A system user for a program that refuses to run as root."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Process:
    """A program that we started. `log` is the file for its output, `stop_signal` the signal that ends it in order.

    `run` starts the program once more.
    """

    name: str
    popen: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals
    run: Callable[[], subprocess.Popen[bytes]]

    def again(self) -> "Process":
        """The same program, started again. What is left of its children is ended first: they may hold its port."""
        kill_group(self.popen.pid)
        self.popen.wait()
        return replace(self, popen=self.run())

    @property
    def running(self) -> bool:
        return self.popen.poll() is None

    def last_words(self, lines: int = 12) -> str:
        """The last lines of its log, for an error message."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


def _end_with_starter(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """A function for the child before its program starts, so that it does not outlive us. None if the kernel cannot do it."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    starter = os.getpid()

    def end_with_starter() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(stop_signal))
        if os.getppid() != starter:  # killed between the fork and the line above
            os._exit(1)

    return end_with_starter


def start(
    name: str,
    command: Iterable[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
    folder: Path | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
) -> Process:
    """Starts a program in the background.

    Its output goes to `log`. Call it from the main thread: Linux ends the program when the thread that started it ends. Raises
    OSError if it cannot be run.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(b"")
    words = [str(part) for part in command]
    surroundings = dict(environment) if environment is not None else None

    def run() -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=surroundings,
                cwd=folder,
                start_new_session=True,
                preexec_fn=_end_with_starter(stop_signal),
                **as_account(account),
            )

    return Process(name, run(), log, stop_signal, run)


class RunAs(TypedDict, total=False):
    """The arguments of `subprocess` for the user that runs a program."""

    user: int
    group: int
    extra_groups: list[int]


def as_account(account: Account | None) -> RunAs:
    """The arguments that make `subprocess` run a program as `account`. None are needed for our own account."""
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}


def stop(processes: Iterable[Process], *, patience: float = 8.0) -> None:
    """Asks all of them to stop, waits up to `patience` seconds, and ends what is left of them and of their children."""
    processes = list(processes)
    for process in processes:
        if process.running:
            process.popen.send_signal(process.stop_signal)
    deadline = time.monotonic() + patience
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.popen.wait(max(0.0, deadline - time.monotonic()))
        kill_group(process.popen.pid)
        process.popen.wait()


def kill_group(leader: int) -> None:
    """Ends a process group at once. It is fine if there is none."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def command_line(pid: int) -> str:
    """The command line of a running process. Empty if there is no such process."""
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            return ""
    return subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()


def port_is_free(port: int) -> bool:
    """Whether no one listens on this port of the loopback interface. Raises Trouble if we could not listen there either."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise Trouble(
                f"Port {port} cannot be used ({error.strerror}). Choose another one: make demo PORT=8000"
            ) from error
        return True


def free_port(*, preferred: int = 0, avoid: Iterable[int] = ()) -> int:
    """A free loopback port: `preferred` if possible, otherwise one that the system chooses and that is not in `avoid`."""
    taken = set(avoid)
    if preferred and preferred not in taken and port_is_free(preferred):
        return preferred
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port not in taken:
            return port
