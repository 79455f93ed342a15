"""The core: helpers that every other package uses."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from meetups.core.checks import database_keeps_promises, mail_leaves


class CoreConfig(AppConfig):
    name = "meetups.core"

    def ready(self) -> None:
        """Registers our own checks for ``manage.py check``."""
        register(database_keeps_promises, Tags.database)
        register(mail_leaves, Tags.security, deploy=True)
