"""The addresses of our own pages and of the desk. Mails link only to these and to the sign-in pages (`core.links`)."""

from django.urls import include, path

urlpatterns = [
    path("", include("meetups.pages.urls")),
    path("desk/", include("organizers.urls")),
]
