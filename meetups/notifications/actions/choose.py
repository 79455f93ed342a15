"""A person chooses which topics to get by mail."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from meetups.notifications.choices import keep_choices
from meetups.notifications.models import Topic


def choose(*, person_id: int, choices: Mapping[tuple[Topic, str], bool], at: datetime) -> None:
    """Keeps the choice for each topic and community thread, with its date. A choice that does not change keeps its date."""
    with transaction.atomic():
        keep_choices(person_id, choices, at=at)
