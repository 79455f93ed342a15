"""Addresses: shifts, their volunteers, the teardown list and its photos. All below `events/<str:public_id>/`."""

from django.urls import path

from organizers.shifts import chores, room_photos, shift, shift_volunteers, shifts

urlpatterns = [
    path("shifts/", shifts.shifts, name="desk_shifts"),
    path("shifts/usual/", shifts.usual, name="desk_usual_shifts"),
    path("shifts/<int:pk>/", shift.change, name="desk_shift"),
    path("shifts/<int:pk>/volunteers/", shift_volunteers.volunteers, name="desk_shift_volunteers"),
    path("shifts/<int:pk>/offers/", shift_volunteers.offers, name="desk_shift_offers"),
    path("shifts/<int:pk>/cancellation/", shift.cancellation, name="desk_shift_cancellation"),
    path("signups/<int:pk>/answer/", shift_volunteers.answer, name="desk_signup_answer"),
    path("signups/<int:pk>/mark/", shift_volunteers.mark, name="desk_signup_mark"),
    path("teardown/", chores.teardown, name="desk_teardown"),
    path("teardown/usual/", chores.usual, name="desk_teardown_usual"),
    path("teardown/copy/", chores.copy, name="desk_teardown_copy"),
    path("teardown/<int:pk>/", chores.chore, name="desk_chore"),
    path("teardown/<int:pk>/place/", chores.place, name="desk_chore_place"),
    path("teardown/<int:pk>/removal/", chores.removal, name="desk_chore_removal"),
    path("teardown/photos/", room_photos.room_photos, name="desk_room_photos"),
    path("teardown/photos/<int:pk>/", room_photos.photo, name="desk_room_photo"),
    path("teardown/photos/<int:pk>/removal/", room_photos.removal, name="desk_room_photo_removal"),
]
