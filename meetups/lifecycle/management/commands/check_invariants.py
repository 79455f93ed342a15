"""manage.py check_invariants: checks in the database whether every promise about seats still holds."""

from django.core.management.base import BaseCommand, CommandError

from meetups.lifecycle.invariants import INVARIANTS, breaches


class Command(BaseCommand):
    help = "Checks in the database that what must never be false is not. Exits with 1 where it finds something."

    def handle(self, *args: object, **options: object) -> None:
        found = breaches()
        for invariant, rows in found:
            self.stderr.write(f"BROKEN: {invariant.rule}")
            for row in rows:
                self.stderr.write(f"    {', '.join(map(str, row))}")
        if found:
            raise CommandError(
                f"{len(found)} of {len(INVARIANTS)} invariants are broken. Nothing was changed; the history entries of the things "
                "named above say what happened."
            )
        self.stdout.write(f"{len(INVARIANTS)} invariants hold.")
