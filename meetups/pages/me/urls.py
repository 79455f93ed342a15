"""Addresses: a person's own pages and settings."""

from django.urls import path

from meetups.pages.me import (
    account,
    account_deletion,
    calendar_feed,
    follows,
    invitation,
    my_page,
    my_sessions,
    preferences,
    unsubscription,
)

urlpatterns = [
    path("language/", account.language, name="set_language_preference"),
    path("me/", my_page.my_page, name="my_page"),
    path("me/profile/", account.profile, name="profile"),
    path("me/deletion/", account_deletion.account_deletion, name="account_deletion"),
    path("me/sessions/", my_sessions.my_sessions, name="my_sessions"),
    path("me/following/", follows.my_following, name="my_following"),
    path("c/<slug:slug>/following/", follows.following, name="following"),
    path("me/mails/", preferences.preferences, name="preferences"),
    path("me/mails/address/", preferences.address, name="address_trial"),
    path("unsubscriptions/<str:token>/", unsubscription.unsubscription, name="unsubscription"),
    path("invitations/<str:token>/", invitation.invitation, name="invitation"),
    path("me/calendar/", calendar_feed.my_calendar, name="my_calendar"),
    path("calendar/<str:token>.ics", calendar_feed.calendar_feed, name="calendar_feed"),
]
