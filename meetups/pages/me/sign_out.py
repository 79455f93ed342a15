"""Signing out."""

from typing import Any

from allauth.account.views import LogoutView
from django.http import HttpResponse
from django.utils import timezone

from meetups.accounts.models import User
from meetups.pages.entrance.known_browser import keep_mark


class SignOut(LogoutView):  # type: ignore[misc]  # allauth brings no types
    """Ends the session. The browser also deletes the pages that it kept, so that the next person at it sees none of them."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Redirects to the home page."""
        person = self.request.user
        response: HttpResponse = super().post(*args, **kwargs)
        if isinstance(person, User):
            keep_mark(response, person, at=timezone.now())
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response
