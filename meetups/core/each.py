"""The clock's jobs take one step with each thing that is due; what cannot be done with one of them does not hold up the others."""

import logging
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db.models import Model

from meetups.core.errors import DomainError

logger = logging.getLogger(__name__)


class JobFailed(Exception):
    """A job has done what it could. `said` is what became of it, `failed` names each thing that raised, and the kind of its error."""

    def __init__(self, said: str, failed: list[str]) -> None:
        super().__init__(said, failed)
        self.said = said
        self.failed = failed

    def __str__(self) -> str:
        return f"{self.said}; failed: {', '.join(self.failed)}"


@dataclass(frozen=True)
class Run[Result]:
    """What became of one run: the `results` of the steps that were taken, and what `failed`, by name."""

    results: list[Result] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def __add__(self, other: "Run[Result]") -> "Run[Result]":
        return Run(self.results + other.results, self.failed + other.failed)

    @property
    def done(self) -> int:
        """How many steps were taken."""
        return len(self.results)

    def report(self, said: str) -> str:
        """`said`, the answer of the job. Raises JobFailed where a thing failed.

        So a worker logs the task as failed, and whoever watches failed tasks sees it. Nothing is retried: the clock asks again anyway.
        """
        return report(said, self.failed)


def report(said: str, failed: list[str]) -> str:
    """`said`, the answer of a job with several runs in it. Raises JobFailed where a thing failed."""
    if failed:
        raise JobFailed(said, failed)
    return said


def each[Due, Result](due: Iterable[Due], step: Callable[[Due], Result]) -> Run[Result]:
    """Takes `step` with each thing; the step opens its own transaction.

    A refusal is logged and no failure: what is due has moved on meanwhile, or has to wait (a source that is silent). Any other
    exception is logged with the id of the thing, and the others go on.
    """
    run: Run[Result] = Run()
    for one in due:
        try:
            run.results.append(step(one))
        except DomainError as refusal:
            logger.warning("%s: %s", name_of(one), refusal)
        except Exception as error:
            log_failure(name_of(one), error)
            run.failed.append(f"{name_of(one)} ({type(error).__name__})")
    return run


def log_failure(what: str, error: Exception) -> None:
    """Logs where it happened and the kind of error; its text may quote what somebody typed."""
    where = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s failed: %s\n%s", what, type(error).__name__, where)


def name_of(one: object) -> str:
    """How logs name a thing: `Lottery 12`."""
    return f"{type(one).__name__} {one.pk}" if isinstance(one, Model) else str(one)
