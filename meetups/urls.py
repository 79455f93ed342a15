"""All addresses of the site."""

from django.conf import settings
from django.urls import include, path

from meetups.pages.me.sign_out import SignOut

urlpatterns = [
    path("", include("meetups.page_urls")),
    path("accounts/logout/", SignOut.as_view(), name="account_logout"),
    path("accounts/", include("allauth.urls")),
]

if not settings.PRODUCTION:
    urlpatterns += [path("", include("meetups.demo.urls"))]
