from django.apps import AppConfig


class LifecycleConfig(AppConfig):
    name = "meetups.lifecycle"
    label = "lifecycle"
