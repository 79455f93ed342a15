"""Pages for those who build it; production does not have them."""

from django.urls import path

from meetups.pages import gallery, mail_preview

urlpatterns = [
    path("gallery/", gallery.gallery, name="gallery"),
    path("gallery/mails/", mail_preview.mail_preview, name="mail_previews"),
    path("gallery/mails/<str:kind>/", mail_preview.mail_preview, name="mail_preview"),
]
