"""The desk."""

from django.urls import include, path

urlpatterns = [
    path("", include("organizers.event.urls")),
    path("events/<str:public_id>/", include("organizers.slots.urls")),
    path("events/<str:public_id>/", include("organizers.attendees.urls")),
    path("events/<str:public_id>/", include("organizers.people.urls")),
    path("events/<str:public_id>/", include("organizers.shifts.urls")),
    path("events/<str:public_id>/", include("organizers.talks.urls")),
    path("events/<str:public_id>/", include("organizers.runbook.urls")),
    path("events/<str:public_id>/", include("organizers.history.urls")),
    path("events/<str:public_id>/", include("organizers.messages.urls")),
    path("events/<str:public_id>/team/", include("organizers.team.urls")),
    path("", include("organizers.community.urls")),
]
