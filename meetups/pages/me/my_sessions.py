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
from meetups.pages.site.access import SignedIn


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def my_sessions(request: SignedIn) -> HttpResponse:
    """GET lists the sessions; POST ends the one in `end`, the others (`others`) or all of them (`all`)."""
    here = request.session.session_key or ""
    if request.method == "POST":
        wanted = request.POST.get("end", "")
        if wanted == "all":
            end_sessions(request.user)
            logout(request)
            return redirect("home")
        if wanted and end_sessions(request.user, but=here, only="" if wanted == "others" else wanted):
            messages.success(request, _("Signed out there."))
        return redirect("my_sessions")
    lines = sessions_of(request.user, here=here, at=request.at)
    return render(request, "pages/me/my_sessions.html", {"lines": lines})
