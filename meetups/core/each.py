"""Helpers for the clock's jobs.

A job takes one step with each thing that is due. A failure with one thing does not stop the others.
"""

import logging
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any

from celery import shared_task
from django.db.models import Model
from django.utils import timezone

from meetups.core.errors import DomainError

logger = logging.getLogger(__name__)


def clock_job(name: str) -> Callable[[Callable[[datetime], str]], Any]:
    """Decorator: makes a task of a function of the time. Run without a time, the task takes the present."""

    def task(job: Callable[[datetime], str]) -> Any:
        return shared_task(name=name)(wraps(job)(lambda at=None: job(at or timezone.now())))

    return task


class JobFailed(Exception):
    """Some steps of a job failed; the others are done.

    `said` is the job's report. `failed` has, for each failed thing, its name and the kind of its error.
    """

    def __init__(self, said: str, failed: list[str]) -> None:
        super().__init__(said, failed)
        self.said = said
        self.failed = failed

    def __str__(self) -> str:
        return f"{self.said}; failed: {', '.join(self.failed)}"


@dataclass(frozen=True)
class Run[Result]:
    """The outcome of one run: the `results` of the steps that were taken, and the names of the things that `failed`."""

    results: list[Result] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def __add__(self, other: "Run[Result]") -> "Run[Result]":
        return Run(self.results + other.results, self.failed + other.failed)

    @property
    def done(self) -> int:
        """The number of steps taken."""
        return len(self.results)

    def report(self, said: str) -> str:
        """`said`, the answer of the job. Raises JobFailed if a thing failed.

        The worker then logs the task as failed, so people who watch failed tasks see it. Nothing is retried, because the clock
        asks again anyway.
        """
        return report(said, self.failed)


def report(said: str, failed: list[str]) -> str:
    """`said`, the answer of a job with several runs. Raises JobFailed if a thing failed."""
    if failed:
        raise JobFailed(said, failed)
    return said


def each[Due, Result](due: Iterable[Due], step: Callable[[Due], Result]) -> Run[Result]:
    """Takes `step` with each thing. The step opens its own transaction.

    A refusal is logged and does not count as a failure. It means that the state has changed since, or that the thing has to wait
    (for a silent source). Any other exception is logged with the id of the thing, and the run continues with the others.
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
    """Logs the place of the error and its kind. Its text is left out, because it may quote user input."""
    where = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s failed: %s\n%s", what, type(error).__name__, where)


def name_of(one: object) -> str:
    """The name of a thing in logs: `Lottery 12`."""
    return f"{type(one).__name__} {one.pk}" if isinstance(one, Model) else str(one)
