"""An organizer keeps a seat for somebody, who says yes or no."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from meetups.core.errors import DomainError
from meetups.core.links import read_place_token
from meetups.pages.site.refusal_answers import answer
from meetups.registrations.actions.held_places.accept_place import accept_place
from meetups.registrations.actions.held_places.decline_place import decline_place
from meetups.registrations.models import HeldPlace

TEMPLATE = "pages/registration/held_place.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def held_place(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what is kept for whom until when, and changes nothing: mail scanners follow links. POST answers.

    Yes needs the account of the invited address; no needs the link alone. The invited address is not shown to anyone.
    """
    at = timezone.now()
    place = _place(token)
    if place is None:
        return render(request, TEMPLATE, {"is_unknown": True}, status=404)
    refusal: DomainError | None = None
    if request.method == "POST":
        if request.POST.get("answer") == "decline":
            decline_place(place=place, at=at)
            return render(request, TEMPLATE, {"event": place.event, "place": place, "is_declined": True})
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        try:
            accept_place(place=place, at=at, by=request.user)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("You’re confirmed. We’ve emailed you the details."))
            return redirect("registration", place.event.public_id)
    is_open = place.is_held(at) and place.event.is_open(at)
    is_mine = request.user.is_authenticated and request.user.person_key == place.person_key
    context = {"event": place.event, "place": place, "is_open": is_open, "is_mine": is_mine}
    return answer(request, TEMPLATE, context, refusal=refusal, status=200 if is_open else 410)


def _place(token: str) -> HeldPlace | None:
    pk = read_place_token(token)
    if pk is None:
        return None
    invitations = HeldPlace.objects.filter(pk=pk, kind=HeldPlace.Kind.INVITATION)
    return invitations.select_related("event__community", "slot", "invited_by").first()
