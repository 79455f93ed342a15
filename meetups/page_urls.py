"""The addresses of what is ours: pages and desk. Mails link to nothing else but signing in (`core.links`)."""

from django.urls import include, path

urlpatterns = [
    path("", include("meetups.pages.urls")),
    path("desk/", include("organizers.urls")),
]
