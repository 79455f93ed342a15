"""`manage.py sample`: adds the sample community to a site without accounts."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.utils import timezone

from meetups.demo.sample.communities import make_sample
from meetups.lifecycle.tasks import index_events


class Command(BaseCommand):
    """Prints the accounts for signing in."""

    help = "Add the sample community, if no one has an account here yet."

    def handle(self, *args: Any, **options: Any) -> None:
        if get_user_model().objects.exists():
            self.stdout.write("There are people here already; nothing was added.")
            return
        now = timezone.now()
        self.stdout.write(make_sample(at=now))
        # The search knows the sample before the clock looks for the first time.
        index_events(now)
