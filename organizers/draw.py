"""The lottery of an event: when, from what, and how it could turn out."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.registrations.actions.draw_lottery import draw_lottery
from meetups.registrations.actions.fetch_randomness import fetch_randomness
from meetups.registrations.actions.freeze_lottery import freeze_lottery
from meetups.registrations.models import Lottery, Registration
from meetups.registrations.preview import preview_draw
from organizers.access import DeskRequest, for_event
from organizers.draw_steps import draw_steps
from organizers.frame import event_page


@dataclass
class Sheet:
    """One lottery as the page shows it. `trial` is a possible outcome: (rank, name, whether there is a seat)."""

    lottery: Lottery
    steps: list[dict[str, Any]]
    entries: int
    overdue: bool
    may_try: bool
    trial: list[tuple[int, str, bool]] = field(default_factory=list)


@require_http_methods(["GET", "POST"])
@for_event(Permission.RUN_DRAW)
def draw(request: DeskRequest, event: Event) -> HttpResponse:
    """`?try=1` shows a possible outcome with a seed that is thrown away. A POST runs a draw that is overdue; once."""
    at = timezone.now()
    lotteries = Lottery.objects.filter(slot__event=event).select_related("slot__event").order_by("slot__position", "pk")
    if request.method == "POST":
        lottery = next((one for one in lotteries if one.slot.public_id == request.POST.get("slot")), None)
        if lottery is None:
            raise Http404
        try:
            # The clock's own three steps; each looks whether it is due, so a second click finds nothing to do.
            lottery = freeze_lottery(lottery=lottery, at=at)
            lottery = fetch_randomness(lottery=lottery, at=at)
            draw_lottery(lottery=lottery, at=at, by=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Drawn. Everyone is told by mail."))
        return redirect("desk_draw", event.public_id)
    sheets = []
    for lottery in lotteries:
        applicants = list(Registration.objects.applied().filter(slot=lottery.slot).with_people().order_by("entry_id"))
        sheet = Sheet(
            lottery,
            draw_steps(lottery, at),
            len(applicants),
            overdue=lottery.is_overdue(at) and event.is_published,
            may_try=lottery.state == Lottery.State.ANNOUNCED and bool(applicants),
        )
        if sheet.may_try and request.GET.get("try"):
            sheet.trial = [(place.rank, one.name, place.seat) for place, one in preview_draw(lottery, applicants)]
        sheets.append(sheet)
    context = event_page(request, event, current="desk_draw", at=at, draws=bool(sheets), sheets=sheets)
    return render(request, "desk/draw.html", context)
