"""`manage.py release_mail`: releases the mails that a restored backup holds."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, Max, Min
from django.utils import timezone

from meetups.notifications.actions.release_mail import release_mail
from meetups.notifications.models import Notification, Outbox

EXAMPLE = "2026-12-04T18:00+09:00"


class Command(BaseCommand):
    help = (
        "After a backup was restored, the messages wait that were due by then: most had been sent. Without options this shows them. "
        "New messages leave all the time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Adds the two ways to release."""
        ways = parser.add_mutually_exclusive_group()
        ways.add_argument("--all", action="store_true", help="send all of them; people may get some a second time")
        ways.add_argument(
            "--sent-until",
            metavar="TIME",
            type=_instant,
            help=f"drop what was due before this time, because it had left (when the old server stopped, such as {EXAMPLE}), and send the rest",
        )

    def handle(self, *_args: Any, sent_until: datetime | None, **options: Any) -> None:
        """Shows or releases the held messages."""
        if not options["all"] and sent_until is None:
            self._show()
            return
        done = release_mail(sent_until=sent_until, at=timezone.now())
        self.stdout.write(f"{done.released} messages may leave now, {done.dropped} were dropped.")

    def _show(self) -> None:
        held_before = Outbox.objects.values_list("held_before", flat=True).first()
        if held_before is None:
            self.stdout.write("No mail is held.")
            return
        held = Notification.objects.held(held_before)
        span = held.aggregate(first=Min("due_at"), last=Max("due_at"))
        self.stdout.write(f"What was due before {held_before:%Y-%m-%d %H:%M} UTC is held.")
        for kind, number in held.values_list("kind").annotate(number=Count("pk")).order_by("-number"):
            self.stdout.write(f"{number:7} {kind}")
        if span["first"]:
            self.stdout.write(
                f"They were due from {span['first']:%Y-%m-%d %H:%M} to {span['last']:%Y-%m-%d %H:%M} UTC."
            )
        self.stdout.write(
            "Release them with --sent-until TIME or --all; `manage.py help release_mail` says what these do."
        )


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CommandError(
            f"{text} is not an ISO 8601 time with its offset. Write it like this: --sent-until {EXAMPLE}"
        )
    return moment
