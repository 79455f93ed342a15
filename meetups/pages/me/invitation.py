"""The answer to an invitation to help run a community."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from meetups.communities.actions.accept_invitation import accept_invitation
from meetups.communities.models import Invitation
from meetups.communities.permissions import Permission
from meetups.core.links import by_mailed_token
from meetups.pages.entrance.gate import answer_at_gate, gate_of
from meetups.pages.site.link_answers import answered_by_link


def _find(token: str) -> Invitation | None:
    found = Invitation.objects.select_related("community", "invited_by")
    return found.filter(by_mailed_token(Invitation, token)).first()


def _page(request: HttpRequest, invitation: Invitation, at: datetime) -> dict[str, Any]:
    is_closed = not Invitation.objects.open(at).filter(pk=invitation.pk).exists()
    return {"invitation": invitation, "is_closed": is_closed, "gate": gate_of(request)}


@answered_by_link("pages/me/invitation.html", find=_find, page=_page)
def invitation(request: HttpRequest, invitation: Invitation, at: datetime) -> HttpResponse | None:
    """Accepts the invitation. The invited address is not shown to anyone."""
    if not request.user.is_authenticated:
        return answer_at_gate(request, label=_("Join the team"), thing=invitation.community.name, at=at)
    membership = accept_invitation(invitation=invitation, at=at, by=request.user)
    messages.success(request, _("Welcome to %(community)s.") % {"community": invitation.community.name})
    name = "desk_community" if membership.grants(Permission.PLAN_EVENTS) else "desk_rights"
    return redirect(name, membership.community.slug)
