"""What one piece of work costs a process of its own: processor time, and memory at its highest."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from meetups.core.errors import DomainError

HIGHEST = "VmHWM:"


@dataclass(frozen=True)
class Cost:
    """Seconds of the processor, megabytes above those before, and the name of the refusal if there was one."""

    seconds: float
    megabytes: float
    refused: str


def _highest() -> float:
    return int(Path("/proc/self/status").read_text().split(HIGHEST)[1].split()[0]) / 1000


def cost_of(work: Callable[[SimpleUploadedFile], object], content: bytes) -> Cost:
    """Forks, so that memory which earlier work has freed is not counted as new."""
    upload = SimpleUploadedFile("file", content)
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            Path("/proc/self/clear_refs").write_text("5")
            before, begun, refused = _highest(), time.process_time(), ""
            try:
                work(upload)
            except DomainError as refusal:
                refused = type(refusal).__name__
            costs = [time.process_time() - begun, _highest() - before, refused]
            os.write(theirs, json.dumps(costs).encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    assert said, "the process ended before its work did"
    return Cost(*json.loads(said))
