from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "meetups.demo"
    label = "demo"
