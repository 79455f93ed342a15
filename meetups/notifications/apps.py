from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NotificationsConfig(AppConfig):
    name = "meetups.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Finds the kinds that the rooms above declare, by name: nothing here imports them."""
        autodiscover_modules("emails")
