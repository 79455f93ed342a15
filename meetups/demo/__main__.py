"""`make demo`: everything on this machine, until Ctrl-C."""

import argparse
import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

from meetups.demo.folder import DemoFolder
from meetups.demo.processes import Trouble
from meetups.demo.stack import CHECKOUT, Stack

CHECK_EVERY = 0.5
MAILS_PORT_ABOVE_PORT = 25


def say(line: str) -> None:
    """Prints one line for the person who waits. A closed terminal is ignored."""
    with contextlib.suppress(OSError):
        print(line, flush=True)


def stop_on_signal(number: int, frame: FrameType | None) -> NoReturn:
    """Raises KeyboardInterrupt for any signal, so that the demo always stops in the same way."""
    raise KeyboardInterrupt


def run(place: DemoFolder, *, port: int, fresh: bool, began: float) -> None:
    """Starts all parts, prints their addresses and the time since `began` (seconds since 1970), and watches them until Ctrl-C.

    Raises Trouble.
    """
    place.take(port=port, say=say)
    if fresh:
        say("Deleting the data of the last demo")
        place.clear()
    elif place.interrupted and "DATABASE_URL" not in os.environ:
        say("The last start was stopped while it made the sample: beginning anew")
        place.clear()
    stack = Stack(
        place.folder,
        port,
        given=os.environ,
        secret_key=place.secret_key(),
        mails_port=(port + MAILS_PORT_ABOVE_PORT) % 65536,
    )
    try:
        say("Starting PostgreSQL, Redis and the mail catcher")
        stack.start_servers()
        place.remember(stack)
        if (elsewhere := place.folder / "postgres/elsewhere").exists():
            say(f"The database is in {elsewhere.read_text().strip()}: its server cannot work in this folder")
        # Loading the product takes longest, so the web server does it while the tables are made. No one has its address yet.
        stack.start_web()
        stack.prepare(sample=True, say=say)
        say("Starting the web server, the workers and the clock")
        stack.await_web()
        stack.start_worker()
        stack.start_sender()
        stack.start_clock()
        place.remember(stack)
        say(f"Ready after {time.time() - began:.0f} s. The parts write to {place.name_of(stack.logs)}/.\n")
        say(place.summary(stack))
        while True:
            time.sleep(CHECK_EVERY)
            stack.keep_running(say)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if stack.processes:
            say("\nStopping everything")
        stack.stop()
        place.leave()


def main() -> int:
    """The command. Returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m meetups.demo", description=__doc__)
    parser.add_argument(
        "--port",
        type=int,
        choices=range(1, 65536),
        metavar="PORT",
        default=8000,
        help="the web server's port on 127.0.0.1",
    )
    parser.add_argument("--folder", type=Path, default=CHECKOUT / ".local", help="where data, logs and mails are kept")
    parser.add_argument("--fresh", action="store_true", help="delete the data of the last demo first")
    parser.add_argument(
        "--began",
        type=float,
        default=time.time(),
        metavar="SECONDS",
        help="when the person who waits began to, since 1970; now",
    )
    arguments = parser.parse_args()
    # SIGINT too: a shell starts background programs with SIGINT ignored. SIGHUP stays ignored under nohup.
    signal.signal(signal.SIGINT, stop_on_signal)
    signal.signal(signal.SIGTERM, stop_on_signal)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, stop_on_signal)
    try:
        run(DemoFolder(arguments.folder), port=arguments.port, fresh=arguments.fresh, began=arguments.began)
    except KeyboardInterrupt:
        say("Stopped. The data are kept; `make demo` goes on with them.")
        return 0
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
    except OSError as error:
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        print(
            f"\nThe demo cannot go on. {what}. It needs a checkout that it may write to, and room on the disk.",
            file=sys.stderr,
        )
    return 1


if __name__ == "__main__":
    sys.exit(main())
