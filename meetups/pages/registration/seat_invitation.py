"""The answer to an invitation: an organizer holds a seat for a person, who accepts or declines."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetups.core.links import PLACE_SALT, read_token
from meetups.pages.entrance.gate import answer_at_gate, gate_of
from meetups.pages.site.link_answers import answered_by_link
from meetups.registrations.actions.held_places.accept_place import accept_place
from meetups.registrations.actions.held_places.decline_place import decline_place
from meetups.registrations.models import HeldPlace


def _find(token: str) -> HeldPlace | None:
    invitations = HeldPlace.objects.filter(pk=read_token(token, PLACE_SALT) or 0, kind=HeldPlace.Kind.INVITATION)
    return invitations.select_related("event__community", "slot", "invited_by").first()


def _page(request: HttpRequest, place: HeldPlace, at: datetime) -> dict[str, Any]:
    return {
        "event": place.event,
        "place": place,
        "is_closed": not (place.is_held(at) and place.event.is_open(at)),
        "gate": gate_of(request, name=place.name),
        "is_mine": request.user.is_authenticated and request.user.person_key == place.person_key,
    }


@answered_by_link("pages/registration/seat_invitation.html", find=_find, page=_page)
def seat_invitation(request: HttpRequest, place: HeldPlace, at: datetime) -> HttpResponse | dict[str, Any] | None:
    """Accepting needs the account of the invited address; declining needs only the link. The invited address is not shown to anyone."""
    if request.POST.get("answer") == "decline":
        decline_place(place=place, at=at)
        return {"is_declined": True}
    if not request.user.is_authenticated:
        return answer_at_gate(request, label=pgettext("invitation", "Accept"), thing=place.event.words.title, at=at)
    accept_place(place=place, at=at, by=request.user)
    messages.success(request, _("You’re confirmed. We’ve emailed you the details."))
    return redirect("registration", place.event.public_id)
