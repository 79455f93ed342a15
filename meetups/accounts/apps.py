from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "meetups.accounts"
    label = "accounts"
