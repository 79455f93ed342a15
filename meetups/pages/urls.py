"""The addresses of all pages for visitors."""

from django.urls import include, path

from meetups.pages.entrance import gate_code, interrupted, way_in

urlpatterns = [
    path("", include("meetups.pages.events.urls")),
    path("", include("meetups.pages.registration.urls")),
    path("", include("meetups.pages.shifts.urls")),
    path("", include("meetups.pages.talks.urls")),
    path("", include("meetups.pages.me.urls")),
    path("code/", gate_code.gate_code, name="gate_code"),
    path("code/mine/<str:token>/", way_in.way_in, name="way_in"),
    path("code/typed/", interrupted.typed_again, name="typed_again"),
    path("", include("meetups.pages.site.urls")),
]
