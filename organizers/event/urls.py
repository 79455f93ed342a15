"""Addresses: the home of the desk, and an event as a whole."""

from django.urls import path

from organizers.event import dashboard, home, planning, undo
from organizers.event.copying import copying
from organizers.event.creating import deletion

urlpatterns = [
    path("", home.desk, name="desk"),
    path("c/<slug:slug>/events/new/", planning.create, name="desk_event_new"),
    path("events/<str:public_id>/", dashboard.dashboard, name="desk_event"),
    path("events/<str:public_id>/edit/", planning.edit, name="desk_event_edit"),
    path("events/<str:public_id>/publication/", planning.publication, name="desk_event_publication"),
    path("events/<str:public_id>/cancellation/", planning.cancellation, name="desk_event_cancellation"),
    path("events/<str:public_id>/deletion/", deletion.deletion, name="desk_event_deletion"),
    path("events/<str:public_id>/copy/", copying.copy, name="desk_event_copy"),
    path("events/<str:public_id>/copied/", copying.copied, name="desk_event_copied"),
    path("events/<str:public_id>/undo/<int:pk>/", undo.undo, name="desk_undo"),
]
