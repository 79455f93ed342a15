"""The desk's addresses for the teardown list and the photos of the room. All below `events/<public_id>/teardown/`."""

from django.urls import path

from organizers import room_photos, teardown

urlpatterns = [
    path("", teardown.teardown, name="desk_teardown"),
    path("usual/", teardown.usual, name="desk_teardown_usual"),
    path("copy/", teardown.copy, name="desk_teardown_copy"),
    path("<int:pk>/", teardown.chore, name="desk_chore"),
    path("<int:pk>/place/", teardown.place, name="desk_chore_place"),
    path("<int:pk>/removal/", teardown.removal, name="desk_chore_removal"),
    path("photos/", room_photos.room_photos, name="desk_room_photos"),
    path("photos/<int:pk>/", room_photos.photo, name="desk_room_photo"),
    path("photos/<int:pk>/removal/", room_photos.removal, name="desk_room_photo_removal"),
]
