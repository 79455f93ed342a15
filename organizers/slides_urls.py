"""The slides of an event, below its address."""

from django.urls import path

from organizers import slides

urlpatterns = [
    path("slides/", slides.slides, name="desk_slides"),
    path("slides/publication/", slides.publication, name="desk_slides_publication"),
    path("slides/request/", slides.request_slides, name="desk_slides_request"),
    path("talks/<int:pk>/slides/", slides.of_talk, name="desk_talk_slides"),
    path("talks/<int:pk>/themes/", slides.themes, name="desk_talk_themes"),
]
