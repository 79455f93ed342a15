"""`manage.py sample`: the sample community, in a site where nobody has an account yet."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.utils import timezone

from meetups.demo.sample.communities import make_sample


class Command(BaseCommand):
    """Prints who can sign in."""

    help = "Add the sample community, if nobody has an account here yet."

    def handle(self, *args: Any, **options: Any) -> None:
        if get_user_model().objects.exists():
            self.stdout.write("There are people here already; nothing was added.")
            return
        self.stdout.write(make_sample(at=timezone.now()))
