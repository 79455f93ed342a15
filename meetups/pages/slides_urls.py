"""Talks as they are prepared with slides, read, and found again."""

from django.urls import path

from meetups.pages import archive, pdf, slides, talk_page

urlpatterns = [
    path("talks/<int:pk>/slides/", slides.slides, name="talk_slides"),
    path("talks/<int:pk>/slides/removal/", slides.removal, name="talk_slides_removal"),
    path("talks/<int:pk>/slides/publication/", slides.publication, name="talk_slides_publication"),
    path("talks/<int:pk>/themes/", slides.themes, name="talk_themes"),
    path("events/<str:public_id>/talks/<int:pk>/", talk_page.talk, name="talk"),
    path("events/<str:public_id>/talks/<int:pk>/slides.pdf", pdf.slides, name="talk_pdf"),
    path("c/<slug:slug>/talks/", archive.archive, name="archive"),
]
