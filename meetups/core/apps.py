"""The ground: words that every room uses."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "meetups.core"
    label = "core"
