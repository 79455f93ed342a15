from django.apps import AppConfig


class VolunteersConfig(AppConfig):
    name = "meetups.volunteers"
    label = "volunteers"
