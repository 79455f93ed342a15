"""Pages for those who build it; production does not have them."""

from django.urls import path

from meetups.pages import gallery

urlpatterns = [
    path("gallery/", gallery.gallery, name="gallery"),
]
