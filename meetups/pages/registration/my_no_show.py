"""A no-show as the attendee sees it, with the way to object (R10)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetups.pages.site.access import SignedIn
from meetups.pages.site.refusal_answers import Posted
from meetups.registrations.actions.no_shows.object_to_no_show import has_objected, object_to_no_show
from meetups.registrations.lottery.weights import WINDOW
from meetups.registrations.models import Registration


@dataclass(frozen=True)
class NoShow:
    """One no-show of the attendee. `counts_until` is an instant. An excused no-show no longer counts."""

    registration: Registration
    counts_until: datetime


def no_shows_among(past: Iterable[Registration], *, at: datetime) -> list[NoShow]:
    """The no-shows in the window among a person's seats at past events, in the same order."""
    return [
        NoShow(one, one.event.ends_at + WINDOW)
        for one in past
        if one.absent_at is not None and at - WINDOW < one.event.ends_at <= at
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def no_show(request: SignedIn, public_id: str) -> HttpResponse:
    """GET says what is recorded and what it means; POST asks the organizers to look again."""
    mine = Registration.objects.filter(
        attendee=request.user, event__public_id=public_id, absent_at__isnull=False
    ).select_related("event__community", "slot")
    registration = get_object_or_404(mine)
    posted = Posted(request)
    if posted.succeeds(lambda: object_to_no_show(registration=registration, at=request.at, by=request.user)):
        messages.success(
            request, _("The organizers were asked to check. We’ll email you when the record is corrected.")
        )
        return redirect("no_show", public_id)
    context = {
        "event": registration.event,
        "registration": registration,
        "counts_until": registration.event.ends_at + WINDOW,
        "has_objected": has_objected(registration),
    }
    return posted.page("pages/registration/my_no_show.html", context)
