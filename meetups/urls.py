"""All addresses of the site."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("meetups.page_urls")),
    path("accounts/", include("allauth.urls")),
]

if not settings.PRODUCTION:
    urlpatterns += [path("", include("meetups.demo.urls"))]
