"""Who runs an event: the team's roles, helpers for this event only with their link and QR code, and who may do what."""

from datetime import datetime

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from meetups.communities.permissions import Permission
from meetups.core.links import helper_token, link
from meetups.core.texts.names import set_apart, with_names
from meetups.events.event_roles import AFTERWARDS, EventRole
from meetups.events.models import Event
from meetups.lifecycle.actions.team.end_event_role import end_event_role
from meetups.lifecycle.actions.team.join_as_helper import MOST
from meetups.lifecycle.actions.team.make_helper_link import make_helper_link
from meetups.lifecycle.actions.team.revoke_helper_link import revoke_helper_link
from organizers.community.rights import rights_table, role_of
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown


@require_safe
@for_event(Permission.SEE_DESK)
def event_team(request: DeskRequest, event: Event) -> HttpResponse:
    memberships = list(event.community.memberships.select_related("person", "deputy").order_by("since", "pk"))
    roles = list(
        EventRole.objects.current(request.at).filter(event=event).select_related("person").order_by("since", "pk")
    )
    context = event_page(
        request,
        event,
        current="desk_event_team",
        memberships=memberships,
        roles=roles,
        table=rights_table(memberships, role_of(memberships, request), roles),
        may_manage=Permission.MANAGE_ATTENDEES in request.grants,
        may_invite=Permission.MANAGE_MEMBERS in request.grants,
        open_link=_open_link(event, request.at),
        takes_helpers=event.is_open(request.at),
        ends=event.ends_at + AFTERWARDS,
        most=MOST,
    )
    return render(request, "desk/team/event_team.html", context)


def _open_link(event: Event, at: datetime) -> dict[str, str] | None:
    """The link with its QR code; None where none is open."""
    found = event.helper_links.filter(revoked_at__isnull=True).first() if event.is_open(at) else None
    if found is None:
        return None
    url = link("helper_link", helper_token(found.pk))
    return {"url": url, "qr_code": qr_code(url)}


def qr_code(url: str) -> SafeString:
    """An <svg> that a phone reads. It is made of the address alone, and its size comes from the style sheet."""
    drawn = segno.make(url, error="m", micro=False)
    return mark_safe(drawn.svg_inline(omitsize=True, border=2, svgclass="qr-code", lineclass=None))  # noqa: S308 (no text in it)


@require_POST
@for_event(Permission.MANAGE_ATTENDEES)
def helper_link(request: DeskRequest, event: Event) -> HttpResponse:
    """Makes the link; revokes it with `revoke`."""
    with refusals_shown(request):
        if "revoke" in request.POST:
            for found in event.helper_links.filter(revoked_at__isnull=True):
                revoke_helper_link(link=found, at=request.at, by=request.user)
            messages.success(request, _("The link is revoked. Those who joined with it stay."))
        else:
            make_helper_link(event=event, at=request.at, by=request.user)
    return redirect("desk_event_team", event.public_id)


@require_POST
@for_event(Permission.MANAGE_ATTENDEES)
def end(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Ends a role at this event."""
    role = get_object_or_404(event.roles.select_related("person"), pk=pk)
    end_event_role(role=role, at=request.at, by=request.user)
    said = _("%(name)s can’t check people in here any longer.")
    messages.success(request, with_names(said, name=set_apart(role.person.name)))
    return redirect("desk_event_team", event.public_id)
