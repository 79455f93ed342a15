"""`manage.py receive_bounce`: takes the mails that a server received at BOUNCE_ADDRESS."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from meetups.notifications.actions.receive_bounce import Became, receive_bounce
from meetups.notifications.reports import LIMIT, NoReport, UnreadableReport, read_report


class Command(BaseCommand):
    help = (
        "Read a delivery report (RFC 3464) from standard input. A mail that did not arrive is marked as such, and where the address does "
        "not exist no more is sent there. Exit codes are those of sysexits.h: 0 dealt with, also where there was nothing to do; 65 the "
        "report cannot be read; 75 the database does not answer, so try again later."
    )
    # A mail server waits for this command.
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Prints what it did."""
        try:
            report = read_report(sys.stdin.buffer.read(LIMIT + 1))
            done = receive_bounce(report=report, at=timezone.now())
        except NoReport as other:
            self.stdout.write(f"{other} Nothing was changed.")
            return
        except UnreadableReport as error:
            raise CommandError(f"{error} Nothing was changed.", returncode=os.EX_DATAERR) from None
        except (OperationalError, InterfaceError):
            raise CommandError(
                "The database does not answer; nothing was changed.", returncode=os.EX_TEMPFAIL
            ) from None
        if done.became in {Became.BOUNCED, Became.FAILED}:
            numbers = ", ".join(map(str, done.notifications))
            self.stdout.write(f"Notification {numbers} came back: {done.reason}")
        self.stdout.write(done.became)
