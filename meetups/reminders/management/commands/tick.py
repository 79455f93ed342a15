"""`manage.py tick`: runs the clock once, in the foreground."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone

from meetups.celery import RECURRING, app
from meetups.core.each import JobFailed, log_failure

EXAMPLE = "2026-12-04T18:00+09:00"


class Command(BaseCommand):
    help = "Run every recurring job once, as if it were the given time, and print what each did. cron can stand in for the clock."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Adds one option."""
        parser.add_argument(
            "--at", metavar="TIME", help=f"an ISO 8601 time with its offset, such as {EXAMPLE}; now if left out"
        )

    def handle(self, *_args: Any, at: str | None, **_options: Any) -> None:
        """Runs the table of `meetups.celery` from top to bottom.

        At the end it raises CommandError (exit code 1) with a list of failures, if there are any.
        """
        now = timezone.now()
        moment = instant_of(at) if at else now
        if moment > now and settings.PRODUCTION:
            raise CommandError(
                f"{at} lies in the future. Here that would send real mails too early. "
                "Leave --at out to run what is due now, or travel in a development copy (ENVIRONMENT=development)."
            )
        app.loader.import_default_modules()
        self.stdout.write(f"It is {moment.isoformat(timespec='seconds')}.")
        # Without a time each job, and each mail, reads the clock.
        given = moment if at else None
        failed = [f"{name}: {what}" for name, _seconds in RECURRING for what in self._run(name, given)]
        if failed:
            raise CommandError("\n".join(["Something failed; the log above says why.", *failed]))

    def _run(self, name: str, at: datetime | None) -> list[str]:
        """Runs one job and prints what it did. Returns the failures: an error in one job does not stop the next jobs."""
        try:
            self.stdout.write(f"{name}: {app.tasks[name](at=at)}.")
        except JobFailed as failure:
            self.stdout.write(f"{name}: {failure.said}.")
            return failure.failed
        except Exception as error:
            log_failure(name, error)
            # The next job opens a lost connection again, as a worker does between two tasks.
            close_old_connections()
            return [f"the job itself ({type(error).__name__})"]
        return []


def instant_of(text: str) -> datetime:
    """The instant that `text` names. Raises CommandError with a hint if it names none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text} is not an ISO 8601 time. Write it like this: --at {EXAMPLE}") from None
    if not 1990 < moment.year < 2100:
        raise CommandError(f"{text} is too far away. Write a time near ours, like this: --at {EXAMPLE}")
    if moment.tzinfo is None:
        raise CommandError(
            f"{text} does not say in which time zone. Add the offset, like this: --at {moment.isoformat(timespec='minutes')}+09:00"
        )
    return moment
