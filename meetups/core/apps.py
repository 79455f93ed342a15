"""The ground: words that every room uses."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from meetups.core.checks import database_keeps_promises


class CoreConfig(AppConfig):
    name = "meetups.core"
    label = "core"

    def ready(self) -> None:
        """Registers what ``manage.py check`` asks besides Django's own questions."""
        register(database_keeps_promises, Tags.database)
