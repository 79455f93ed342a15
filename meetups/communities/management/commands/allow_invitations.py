"""`manage.py allow_invitations ml-study 100`: so many invitations within 24 hours for each organizer of that community."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from meetups.communities.models import Community


class Command(BaseCommand):
    """Operators lift or lower the limit of one community."""

    help = "Sets how many strangers each organizer of a community can invite within 24 hours; without a number, the usual ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the end of the community's address, such as ml-study")
        parser.add_argument("number", nargs="?", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        number: int | None = options["number"]
        if number is not None and number < 0:
            raise CommandError("The number is 0 or more.")
        if not Community.objects.filter(slug=options["slug"]).update(invitations_a_day=number):
            raise CommandError(f"There is no community {options['slug']}.")
        self.stdout.write(f"{options['slug']}: {'as usual' if number is None else number}")
