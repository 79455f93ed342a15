"""Addresses: the list of attendees, check-in, walk-ins, no-shows, invitations to seats, imports. All below `events/<str:public_id>/`."""

from django.urls import path

from organizers.attendees import (
    attendees,
    bulk_actions,
    check_in,
    no_shows,
    participants_file,
    seat_invitations,
    walk_in,
)

urlpatterns = [
    path("attendees/selected/", bulk_actions.selected, name="desk_attendees_selected"),
    path("check-in/walk-in/", walk_in.walk_in, name="desk_walk_in"),
    path("places/", seat_invitations.places, name="desk_places"),
    path("places/by-hand/", seat_invitations.by_hand, name="desk_place_by_hand"),
    path("places/<int:pk>/withdrawal/", seat_invitations.withdrawal, name="desk_place_withdrawal"),
    path("participants/", participants_file.participants_import, name="desk_participants_import"),
    path("no-shows/", no_shows.no_shows, name="desk_no_shows"),
    path("registrations/<int:pk>/no-show/", no_shows.answer, name="desk_no_show"),
    path("attendees/", attendees.attendees, name="desk_attendees"),
    path("attendees.csv", attendees.export, name="desk_attendees_csv"),
    path("registrations/<int:pk>/cancellation/", attendees.cancellation, name="desk_registration_cancellation"),
    path("check-in/", check_in.check_in, name="desk_check_in"),
    path("registrations/<int:pk>/arrival/", check_in.arrival, name="desk_arrival"),
    path("registrations/<int:pk>/arrival/undo/", check_in.undo, name="desk_undo_check_in"),
]
