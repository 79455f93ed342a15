from django.apps import AppConfig


class SpeakersConfig(AppConfig):
    name = "meetups.speakers"
    label = "speakers"
