"""Work on an uploaded file in a process of its own: whatever stands in the file, it takes no more than these limits.

The limits are those of the operating system, so they also hold inside of libraries. Where a container has too little memory left,
this process ends and not the one that answers.
"""

import os
import resource
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from meetups.core.errors import DomainError

# Seconds of the processor, and megabytes beside what the process has at its start. The largest honest file takes a third of them.
SECONDS, MEGABYTES = 5, 400
# Seconds on the clock: the machine may have other work.
PATIENCE = 25


class TookTooMuch(Exception):
    """The work was ended at its limit."""


def bounded[T](work: Callable[[], T]) -> T:
    """What `work` returns, which must be plain data. Raises what it raises of DomainErrors, and TookTooMuch."""
    # A copy of this process begins at once and with all modules; it uses no lock, connection or thread of it.
    context = get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(work, theirs))
    process.start()
    theirs.close()
    try:
        answer = ours.recv() if ours.poll(PATIENCE) else None
    except EOFError:
        answer = None
    finally:
        ours.close()
        process.kill()
        process.join()
    if answer is None:
        raise TookTooMuch
    made, refusal, facts = answer
    if refusal:
        raise refusal(**facts)
    result: T = made
    return result


def _answer(work: Callable[[], Any], answers: Connection) -> None:
    _limit()
    answer: tuple[Any, type[DomainError] | None, dict[str, object]] | None
    try:
        answer = (work(), None, {})
    except DomainError as refusal:
        answer = (None, type(refusal), refusal.facts)
    except MemoryError:
        answer = None
    answers.send(answer)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    os.nice(5)
    # Linux alone tells and keeps these.
    with suppress(OSError, ValueError):
        Path("/proc/self/oom_score_adj").write_text("1000")
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        octets = pages * resource.getpagesize() + MEGABYTES * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (octets, octets))
