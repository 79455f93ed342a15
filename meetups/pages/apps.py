from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "meetups.pages"
    label = "pages"
