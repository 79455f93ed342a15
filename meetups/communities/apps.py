from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    name = "meetups.communities"
    label = "communities"
