"""Where a person is signed in: a list, and ending one or all."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from meetups.accounts.sessions import end_sessions, sessions_of
from meetups.pages.entrance.known_browser import keep_mark
from meetups.pages.site.access import SignedIn


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def my_sessions(request: SignedIn) -> HttpResponse:
    """GET lists the sessions; POST ends the one in `end`, the others (`others`) or all of them (`all`)."""
    here, person, at = request.session.session_key or "", request.user, request.at
    if request.method == "POST":
        wanted = request.POST.get("end", "")
        if wanted == "all":
            end_sessions(person, at=at)
            logout(request)
            return keep_mark(redirect("home"), person, at=at)
        if wanted and end_sessions(person, at=at, but=here, only="" if wanted == "others" else wanted):
            messages.success(request, _("Signed out there."))
        return redirect("my_sessions")
    lines = sessions_of(person, here=here, at=at)
    return render(request, "pages/me/my_sessions.html", {"lines": lines})
