"""Pages for demo and development only. Production does not have them."""

from django.urls import path

from meetups.demo import gallery, mail_preview

urlpatterns = [
    path("gallery/", gallery.gallery, name="gallery"),
    path("gallery/mails/", mail_preview.mail_previews, name="mail_previews"),
    path("gallery/mails/<str:kind>/", mail_preview.mail_preview, name="mail_preview"),
    path("gallery/mails/<str:kind>/html/", mail_preview.mail_preview_html, name="mail_preview_html"),
]
