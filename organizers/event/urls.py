"""Addresses: the home of the desk, and an event as a whole."""

from django.urls import path

from organizers.event import dashboard, event_edit, home, undo
from organizers.event.copies import copies
from organizers.event.creating import autosave, back_to_draft, deletion, new_event, opening, unfinished
from organizers.event.pictures import cover, pictures

urlpatterns = [
    path("", home.desk, name="desk"),
    path("c/<slug:slug>/events/new/", new_event.create, name="desk_event_new"),
    path("c/<slug:slug>/events/new/autosave/", unfinished.unfinished_autosave, name="desk_unfinished_autosave"),
    path(
        "c/<slug:slug>/events/new/<str:draft>/deletion/",
        unfinished.unfinished_deletion,
        name="desk_unfinished_deletion",
    ),
    path("events/<str:public_id>/", dashboard.dashboard, name="desk_event"),
    path("events/<str:public_id>/edit/", event_edit.edit, name="desk_event_edit"),
    path("events/<str:public_id>/cover/", cover.cover, name="desk_event_cover"),
    path("events/<str:public_id>/cover/removal/", cover.removal, name="desk_event_cover_removal"),
    path("events/<str:public_id>/pictures/", pictures.pictures, name="desk_event_pictures"),
    path(
        "events/<str:public_id>/pictures/<str:name>/removal/",
        pictures.picture_removal,
        name="desk_event_picture_removal",
    ),
    path("events/<str:public_id>/publication/", event_edit.publication, name="desk_event_publication"),
    path("events/<str:public_id>/opening/", opening.opening, name="desk_event_opening"),
    path("events/<str:public_id>/cancellation/", event_edit.cancellation, name="desk_event_cancellation"),
    path("events/<str:public_id>/autosave/", autosave.autosave, name="desk_event_autosave"),
    path("events/<str:public_id>/draft/", back_to_draft.back_to_draft, name="desk_event_draft"),
    path("events/<str:public_id>/deletion/", deletion.deletion, name="desk_event_deletion"),
    path("events/<str:public_id>/copy/", copies.copy, name="desk_event_copy"),
    path("events/<str:public_id>/copied/", copies.copied, name="desk_event_copied"),
    path("events/<str:public_id>/undo/<int:pk>/", undo.undo, name="desk_undo"),
]
