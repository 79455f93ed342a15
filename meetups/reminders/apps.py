from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "meetups.reminders"
    label = "reminders"
