"""The people whom organizers put first in a lottery."""

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.registrations.actions.lottery.nominate import nominate, order_seen
from meetups.registrations.models import Registration
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page
from organizers.desk.names import folded
from organizers.desk.refusals import refusals_shown
from organizers.slots.draw import lottery_or_404

# The page offers this many names at once; a search finds the others.
OFFERED = 20


@require_http_methods(["GET", "POST"])
@for_event(Permission.RUN_DRAW)
def nominations(request: DeskRequest, event: Event, slot: str) -> HttpResponse:
    """GET shows the people put first, and finds others with `?q=`.

    POST puts `registration` on place `to`; an empty `to` removes it from these places.
    """
    lottery = lottery_or_404(event, slot)
    entries = Registration.objects.applied().filter(slot=lottery.slot, lead__isnull=True).with_people()
    if request.method == "POST":
        pk, to = request.POST.get("registration", ""), request.POST.get("to", "")
        if not _is_number(pk) or (to and not _is_number(to)):
            return HttpResponseBadRequest()
        registration = get_object_or_404(entries, pk=int(pk))
        with refusals_shown(request):
            nominate(
                registration=registration,
                to=int(to) if to else None,
                seen=request.POST.get("seen"),
                at=request.at,
                by=request.user,
            )
        query = urlencode({"q": request.POST.get("q", "")[:100]})
        return redirect(f"{reverse('desk_draw_nominations', args=[event.public_id, slot])}?{query}")
    asked = request.GET.get("q", "")[:100].strip()
    everyone = sorted(entries, key=lambda one: (one.name, one.pk))
    first = sorted((one for one in everyone if one.nominated is not None), key=lambda one: one.nominated or 0)
    found = [one for one in everyone if one.nominated is None and folded(asked) in folded(one.name)]
    context = event_page(
        request,
        event,
        current="desk_draw",
        open=lottery.takes_entries(request.at) and event.is_published,
        first=[(one, place - 1, place + 1) for place, one in enumerate(first, start=1)],
        after=len(first) + 1,
        seen=order_seen(first),
        q=asked,
        found=found[:OFFERED],
        more=max(len(found) - OFFERED, 0),
    )
    return render(request, "desk/slots/draw_nominations.html", context)


def _is_number(text: str) -> bool:
    """Whether the text is a number that can be a primary key or a place."""
    return text.isascii() and text.isdigit() and len(text) < 10
