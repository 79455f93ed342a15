from django.apps import AppConfig


class RegistrationsConfig(AppConfig):
    name = "meetups.registrations"
    label = "registrations"
