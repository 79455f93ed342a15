from django.apps import AppConfig


class RunbookConfig(AppConfig):
    name = "meetups.runbook"
    label = "runbook"
