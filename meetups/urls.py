"""All addresses."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", include("meetups.pages.urls")),
    path("desk/", include("organizers.urls")),
    path("accounts/", include("allauth.urls")),
    # Operators sign in like everyone else, second factor included.
    path("operators/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("operators/", admin.site.urls),
]

if not settings.PRODUCTION:
    urlpatterns += [path("", include("meetups.pages.development_urls"))]
