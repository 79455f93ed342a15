"""Addresses: shifts, their volunteers, the teardown list and its photos. All below `events/<str:public_id>/`."""

from django.urls import path

from organizers.shifts import room_photos, shift, shift_people, shifts, teardown

urlpatterns = [
    path("shifts/", shifts.shifts, name="desk_shifts"),
    path("shifts/usual/", shifts.usual, name="desk_usual_shifts"),
    path("shifts/<int:pk>/", shift.change, name="desk_shift"),
    path("shifts/<int:pk>/volunteers/", shift_people.volunteers, name="desk_shift_volunteers"),
    path("shifts/<int:pk>/offers/", shift_people.offers, name="desk_shift_offers"),
    path("shifts/<int:pk>/cancellation/", shift.cancellation, name="desk_shift_cancellation"),
    path("signups/<int:pk>/answer/", shift_people.answer, name="desk_signup_answer"),
    path("signups/<int:pk>/mark/", shift_people.mark, name="desk_signup_mark"),
    path("teardown/", teardown.teardown, name="desk_teardown"),
    path("teardown/usual/", teardown.usual, name="desk_teardown_usual"),
    path("teardown/copy/", teardown.copy, name="desk_teardown_copy"),
    path("teardown/<int:pk>/", teardown.chore, name="desk_chore"),
    path("teardown/<int:pk>/place/", teardown.place, name="desk_chore_place"),
    path("teardown/<int:pk>/removal/", teardown.removal, name="desk_chore_removal"),
    path("teardown/photos/", room_photos.room_photos, name="desk_room_photos"),
    path("teardown/photos/<int:pk>/", room_photos.photo, name="desk_room_photo"),
    path("teardown/photos/<int:pk>/removal/", room_photos.removal, name="desk_room_photo_removal"),
]
