"""`manage.py erase_person dan@example.com`: what would be erased of that person; with --yes, erases it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from meetups.accounts.erasure import other_accounts, who_is_erased
from meetups.core.errors import DomainError
from meetups.lifecycle.actions.erase_person import erase_person


class Command(BaseCommand):
    """Without --yes it does all of it and takes it back, so the numbers are those of now."""

    help = "Show what erasing the person at an address would change; with --yes, erase them. There is no way back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the email address of the person, with or without an account")
        parser.add_argument("--yes", action="store_true", help="do it")

    def handle(self, *_args: Any, address: str, yes: bool, **_options: Any) -> None:
        at = timezone.now()
        others = other_accounts(who_is_erased(address, at))
        try:
            done = erase_person(address=address, at=at, for_real=yes)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        if not done:
            self.stdout.write("Nothing here is of this person.")
        for what, number in done.items():
            self.stdout.write(f"{number:>6}  {what}")
        for other in others:
            self.stdout.write(f"Another account of this mailbox stays: {other.email}. Erase it by its own address.")
        if done and not yes:
            self.stdout.write("Nothing has been changed. To do it: the same with --yes.")
