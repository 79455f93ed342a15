from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "meetups.history"
    label = "history"
