"""What a reader decides about mails."""

from django.urls import path

from meetups.pages import mail_health, preferences, unsubscription

urlpatterns = [
    path("healthz/mail", mail_health.mail_health, name="mail_health"),
    path("me/mails/", preferences.preferences, name="preferences"),
    path("me/mails/address/", preferences.address, name="address_trial"),
    path("unsubscriptions/<str:token>/", unsubscription.unsubscription, name="unsubscription"),
]
