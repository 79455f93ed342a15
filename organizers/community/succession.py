"""Who becomes the owner of a community when it has none left (RULES 247, 248)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetups.communities.actions.decline_succession import decline_succession
from meetups.communities.actions.name_successor import name_successor
from meetups.communities.actions.take_over_community import take_over_community
from meetups.communities.models import Community
from meetups.communities.permissions import Permission
from meetups.core.texts.names import set_apart, with_names
from organizers.desk.access import DeskRequest, for_community
from organizers.desk.refusals import refusals_shown


@require_POST
@for_community(Permission.MANAGE_MEMBERS)
def successor(request: DeskRequest, community: Community, pk: int) -> HttpResponse:
    """Names this member as successor; with `none`, no one is."""
    membership = get_object_or_404(community.memberships.select_related("person"), pk=pk)
    named = None if "none" in request.POST else membership
    name_successor(community=community, successor=named, at=request.at, by=request.user)
    said = (
        _("%(name)s is the successor, and gets an email.") if named else _("%(name)s isn’t the successor any longer.")
    )
    messages.success(request, with_names(said, name=set_apart(membership.person.name)))
    return redirect("desk_members", community.slug)


@require_POST
@for_community(Permission.SEE_DESK)
def succession(request: DeskRequest, community: Community) -> HttpResponse:
    """The successor declines, or takes over from an owner who is away."""
    if "decline" in request.POST:
        decline_succession(community=community, at=request.at, by=request.user)
        messages.success(request, _("You’re not the successor any longer. The owner gets an email."))
        return redirect("desk_rights", community.slug)
    with refusals_shown(request):
        take_over_community(community=community, at=request.at, by=request.user)
    return redirect("desk_rights", community.slug)
