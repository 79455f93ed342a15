"""The members of a community."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from meetups.accounts.forms import AddressField
from meetups.communities.actions.invite_member import invite_member
from meetups.communities.actions.withdraw_invitation import withdraw_invitation
from meetups.communities.invitation_quota import invitations_left
from meetups.communities.models import Community
from meetups.communities.permissions import GRANTS, OF_THE_TEAM, Permission, Role
from meetups.communities.succession import owns_alone, successor_of
from meetups.core.texts.names import set_apart, with_names
from meetups.lifecycle.actions.team.change_role import change_role
from meetups.lifecycle.actions.team.remove_member import remove_member
from organizers.community.communities import community_page
from organizers.community.rights import rights_table, role_of
from organizers.desk.access import DeskRequest, for_community
from organizers.desk.edits import SentForm
from organizers.desk.refusals import refusals_shown

TEAM_ROLES = [(role.value, role.label) for role in OF_THE_TEAM]


class InvitationForm(forms.Form):
    """The person to invite, and their role."""

    email = AddressField(
        autocomplete="off",
        label=gettext_lazy("Email address"),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=TEAM_ROLES, widget=forms.RadioSelect, initial=Role.ORGANIZER
    )


@require_http_methods(["GET", "POST"])
@for_community(Permission.MANAGE_MEMBERS)
def members(request: DeskRequest, community: Community) -> HttpResponse:
    """The members with their roles, open invitations, and a form for a new one."""
    form = InvitationForm(request.POST if request.method == "POST" else None)
    sent = SentForm(form)
    if sent.succeeds(
        lambda: invite_member(
            community=community,
            email=form.cleaned_data["email"],
            role=Role(form.cleaned_data["role"]),
            at=request.at,
            by=request.user,
        ),
        beside="email",
    ):
        email = form.cleaned_data["email"]
        messages.success(request, _("Invitation sent to %(email)s. It’s valid for 14 days.") % {"email": email})
        return redirect("desk_members", community.slug)
    memberships = list(community.memberships.select_related("person").order_by("since", "pk"))
    context = {
        **community_page(request, community, current="desk_members"),
        "form": form,
        "memberships": memberships,
        "has_one_owner": sum(one.role == Role.OWNER and one.person.is_active for one in memberships) == 1,
        "successor": next((one for one in memberships if one.successor_since), None),
        "roles": TEAM_ROLES,
        "table": rights_table(memberships, role_of(memberships, request)),
        "left": invitations_left(community, request.user, request.at),
        "invitations": community.invitations.open(request.at).order_by("-created_at", "pk"),
    }
    return render(request, "desk/community/members.html", context, status=sent.status)


@require_POST
@for_community(Permission.MANAGE_MEMBERS)
def role(request: DeskRequest, community: Community, pk: int) -> HttpResponse:
    """Changes a role in place. `seen` is the role that the page showed."""
    membership = get_object_or_404(community.memberships.select_related("person"), pk=pk)
    chosen = request.POST.get("role", "")
    if chosen not in OF_THE_TEAM:
        messages.error(request, _("Choose a role."))
        return redirect("desk_members", community.slug)
    seen = request.POST.get("seen", "")
    with refusals_shown(request):
        change_role(membership=membership, role=Role(chosen), seen=seen, at=request.at, by=request.user)
        changed = _("%(name)s: %(role)s.")
        messages.success(request, with_names(changed, name=set_apart(membership.person.name), role=Role(chosen).label))
        if membership.person == request.user and Permission.MANAGE_MEMBERS not in GRANTS[Role(chosen)]:
            return redirect("desk")
    return redirect("desk_members", community.slug)


@require_http_methods(["GET", "POST"])
@for_community(Permission.MANAGE_MEMBERS)
def end(request: DeskRequest, community: Community, pk: int) -> HttpResponse:
    """Asks once, then ends the membership. That of the only owner passes to the successor, and the page says so."""
    membership = get_object_or_404(community.memberships.select_related("person"), pk=pk)
    if request.method != "POST":
        context = {
            **community_page(request, community, current="desk_members"),
            "membership": membership,
            "owns_alone": owns_alone(membership),
            "successor": successor_of(community),
        }
        return render(request, "desk/community/member_end.html", context)
    name = membership.person.name
    with refusals_shown(request):
        remove_member(membership=membership, at=request.at, by=request.user)
        messages.success(request, with_names(_("%(name)s is no longer on the organizing team."), name=set_apart(name)))
        if membership.person == request.user:
            # A person who ended their own membership can no longer see the list of members.
            return redirect("desk")
    return redirect("desk_members", community.slug)


@require_http_methods(["GET", "POST"])
@for_community(Permission.MANAGE_MEMBERS)
def withdrawal(request: DeskRequest, community: Community, pk: int) -> HttpResponse:
    """Asks once, then withdraws the invitation."""
    invitation = get_object_or_404(community.invitations, pk=pk)
    if request.method != "POST":
        context = {**community_page(request, community, current="desk_members"), "invitation": invitation}
        return render(request, "desk/community/invitation_withdrawal.html", context)
    with refusals_shown(request):
        withdraw_invitation(invitation=invitation, at=request.at, by=request.user)
        messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": invitation.email})
    return redirect("desk_members", community.slug)
