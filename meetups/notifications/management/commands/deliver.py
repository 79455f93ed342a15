"""`manage.py deliver`: sends mails without Celery and Redis."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, close_old_connections

from meetups.core.each import JobFailed
from meetups.notifications.tasks import NOTHING_DUE, deliver_due

PAUSE_SECONDS = 1.0


class Command(BaseCommand):
    help = (
        "Send the mails that are due, once or again and again. Needs the database and the mail server, but not Redis."
    )
    # The system checks load every page of the site. `manage.py check` runs them instead.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Adds one option."""
        parser.add_argument("--loop", action="store_true", help="go on until stopped, looking every second")

    def handle(self, *_args: Any, loop: bool, **_options: Any) -> None:
        """Prints the result of each run. With --loop only if there was something to do."""
        if not loop:
            try:
                self.stdout.write(deliver_due())
            except JobFailed as failure:
                raise CommandError(str(failure)) from failure
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            # The mail that is being sent is finished first.
            signal.signal(number, lambda *_details: stop.set())
        self.stdout.write("Sending mails as they fall due. Ctrl-C stops.")
        while not stop.is_set():
            close_old_connections()
            try:
                report = deliver_due()
            except (OperationalError, InterfaceError):
                report = "The database does not answer; trying again."
            except JobFailed as failure:
                report = str(failure)
            if report != NOTHING_DUE:
                self.stdout.write(report)
            stop.wait(PAUSE_SECONDS)
