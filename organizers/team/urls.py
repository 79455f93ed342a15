"""Addresses: who runs one event. All below `events/<str:public_id>/team/`."""

from django.urls import path

from organizers.team import absence, event_team

urlpatterns = [
    path("", event_team.event_team, name="desk_event_team"),
    path("absence/", absence.absence, name="desk_absence"),
    path("deputy/", absence.deputy, name="desk_deputy"),
    path("link/", event_team.helper_link, name="desk_helper_link"),
    path("<int:pk>/end/", event_team.end, name="desk_event_role_end"),
]
