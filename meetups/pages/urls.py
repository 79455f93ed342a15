"""The addresses of all pages for visitors."""

from django.urls import include, path

urlpatterns = [
    path("", include("meetups.pages.events.urls")),
    path("", include("meetups.pages.registration.urls")),
    path("", include("meetups.pages.shifts.urls")),
    path("", include("meetups.pages.talks.urls")),
    path("", include("meetups.pages.me.urls")),
    path("", include("meetups.pages.site.urls")),
]
