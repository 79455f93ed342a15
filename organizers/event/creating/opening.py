"""The opening of registration on the overview: how long until then, who wants to be told, and one click that opens now."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.events.opening import Opening, opening_of
from meetups.lifecycle.actions.change_event import change_event
from meetups.notifications.models import Preference, Topic
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.refusals import refusals_shown


@dataclass(frozen=True)
class OpeningAhead:
    """`waiting` is how many people asked to be told."""

    opening: Opening
    waiting: int


def opening_ahead(event: Event, at: datetime) -> OpeningAhead | None:
    """None where registration has opened. One query."""
    opening = opening_of(event, at=at)
    if opening is None:
        return None
    asked = Preference.objects.filter(topic=Topic.OPENING, thread=event.thread, wanted=True)
    return OpeningAhead(opening, asked.count())


@require_POST
@for_event(Permission.PLAN_EVENTS)
def opening(request: DeskRequest, event: Event) -> HttpResponse:
    """Opens registration now."""
    if event.opens_later(request.at) and event.is_open(request.at):
        with refusals_shown(request):
            change_event(event=event, fields={"registration_opens_at": None}, at=request.at, by=request.user)
            messages.success(request, _("Registration is open."))
    return redirect("desk_event", event.public_id)
