"""The link with which people join as check-in helpers of one event (RULES 227, 228)."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from meetups.communities.models import Membership
from meetups.communities.permissions import Permission
from meetups.core.links import HELPER_SALT, read_token
from meetups.core.security_log import SecurityEvent, record_security
from meetups.events.event_roles import AFTERWARDS, EventRole, HelperLink
from meetups.lifecycle.actions.team.join_as_helper import join_as_helper
from meetups.pages.entrance.gate import answer_at_gate, gate_of
from meetups.pages.site.link_answers import answered_by_link


def _find(token: str) -> HelperLink | None:
    found = HelperLink.objects.select_related("event__community", "made_by")
    pk = read_token(token, HELPER_SALT)
    return found.filter(pk=pk).first() if pk else None


def _page(request: HttpRequest, link: HelperLink, at: datetime) -> dict[str, Any]:
    event, helps, is_member = link.event, False, False
    if request.user.is_authenticated:
        helps = EventRole.objects.current(at).filter(event=event, person=request.user).exists()
        is_member = Membership.objects.may(request.user, Permission.CHECK_IN, event.community_id)
    return {
        "link": link,
        "event": event,
        "ends": event.ends_at + AFTERWARDS,
        "is_closed": not link.is_open(at) and not helps,
        "is_in": helps or is_member,
        "gate": gate_of(request),
    }


@answered_by_link("pages/shifts/helper_link.html", find=_find, page=_page)
def helper_link(request: HttpRequest, link: HelperLink, at: datetime) -> HttpResponse | None:
    """Joins, and goes to check-in."""
    if not request.user.is_authenticated:
        return answer_at_gate(request, label=_("Help with check-in"), thing=link.event.words.title, at=at)
    join_as_helper(link=link, at=at, by=request.user)
    record_security(SecurityEvent.HELPER_JOINED, person=request.user.pk, public_id=link.event.public_id)
    messages.success(request, _("Thank you! This is where you check people in. My page leads here, too."))
    return redirect("desk_check_in", link.event.public_id)
