"""`manage.py hold_mail`: for an operator who has restored a backup that does not recognise itself."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from meetups.notifications.actions.hold_mail import hold_mail


class Command(BaseCommand):
    help = (
        "After a copy of the database was restored: hold the messages that are due by now, because most had been sent. New messages "
        "leave all the time. `manage.py release_mail` ends it."
    )
    # The system checks load every page of the site. `manage.py check` runs them instead.
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Prints the number of messages that wait."""
        number = hold_mail(at=timezone.now())
        self.stdout.write(f"{number} messages wait for `manage.py release_mail`. What falls due from now on leaves.")
