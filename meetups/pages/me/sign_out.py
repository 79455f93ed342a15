"""Signing out."""

from typing import Any

from allauth.account.views import LogoutView
from django.http import HttpResponse


class SignOut(LogoutView):  # type: ignore[misc]  # allauth brings no types
    """Ends the session. The browser also deletes the pages that it kept, so that the next person at it sees none of them."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Redirects to the home page."""
        response: HttpResponse = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response
