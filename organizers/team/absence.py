""" "I can't make it": what is the reader's at an event, who takes it over, and the one press that hands it over (RULES 229)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from meetups.accounts.models import User
from meetups.communities.actions.name_deputy import name_deputy
from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.events.event_roles import AFTERWARDS
from meetups.events.models import Event
from meetups.lifecycle.absence.handed_over import AbsencePlan, absence_plan
from meetups.lifecycle.actions.team.hand_over_duties import HURRY, hand_over_duties
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page


@require_http_methods(["GET", "HEAD", "POST"])
@for_event(Permission.SEE_DESK)
def absence(request: DeskRequest, event: Event) -> HttpResponse:
    """The plan; a POST carries it out as it was shown."""
    refused, status = "", 200
    if request.method == "POST":
        try:
            plan = hand_over_duties(event=event, seen=request.POST.get("seen", ""), at=request.at, by=request.user)
        except DomainError as refusal:
            refused, status = str(refusal), refusal.status
        else:
            people = len(plan.takers)
            said = ngettext(
                "Passed on to %(people)s person. Get some rest.",
                "Passed on to %(people)s people. Get some rest.",
                people,
            )
            messages.success(request, said % {"people": people})
            return redirect("desk_event_team", event.public_id)
    plan = absence_plan(event, request.user, at=request.at)
    context = event_page(
        request,
        event,
        current="desk_event_team",
        plan=plan,
        groups=_groups(plan),
        ends=event.ends_at + AFTERWARDS,
        hurry=event.starts_at - request.at < HURRY,
        is_open=event.is_open(request.at),
        refused=refused,
    )
    return render(request, "desk/team/absence.html", context, status=status)


def _groups(plan: AbsencePlan) -> list[dict[str, Any]]:
    """What each person takes, the deputy first; what no one takes comes last."""
    takers: list[User | None] = [*plan.takers]
    if any(one.taker is None for one in plan.duties):
        takers.append(None)
    return [
        {
            "taker": taker,
            "duties": [one for one in plan.duties if one.taker == taker],
            "is_deputy": taker == plan.deputy,
        }
        for taker in takers
    ]


@require_POST
@for_event(Permission.SEE_DESK)
def deputy(request: DeskRequest, event: Event) -> HttpResponse:
    """Names the reader's deputy in the community; an empty choice names none."""
    typed = request.POST.get("deputy", "")
    found = User.objects.filter(pk=int(typed)).first() if typed.isdecimal() and len(typed) < 10 else None
    if event.community.memberships.filter(person=request.user).exists():
        name_deputy(community=event.community, deputy=found, at=request.at, by=request.user)
        messages.success(request, _("Saved."))
    return redirect("desk_absence", event.public_id)
