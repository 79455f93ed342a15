"""Addresses: the history of an event. All below `events/<str:public_id>/`."""

from django.urls import path

from organizers.history import history

urlpatterns = [path("history/", history.history, name="desk_history")]
