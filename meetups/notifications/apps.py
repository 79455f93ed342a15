from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NotificationsConfig(AppConfig):
    name = "meetups.notifications"

    def ready(self) -> None:
        """Imports the modules `emails` of other apps by name, so that their kinds are declared.

        Nothing here imports them directly.
        """
        autodiscover_modules("emails")
