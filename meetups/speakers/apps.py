from django.apps import AppConfig


class SpeakersConfig(AppConfig):
    name = "meetups.speakers"

    def ready(self) -> None:
        """The program belongs into the calendar entries of events."""
        from meetups.speakers.programme import calendar_program  # noqa: F401, PLC0415 - it adds itself, and needs models
