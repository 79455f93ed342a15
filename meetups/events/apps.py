from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "meetups.events"
    label = "events"
