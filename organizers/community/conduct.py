"""The page on which organizers write their community's code of conduct."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from meetups.accounts.forms import AddressField
from meetups.communities.actions.set_conduct import CONDUCT, conduct_version, set_conduct
from meetups.communities.conduct import built_in
from meetups.communities.models import Community
from meetups.communities.permissions import Permission
from meetups.core.texts.markdown import LONGEST_TEXT
from organizers.community.communities import community_page
from organizers.desk.access import DeskRequest, for_community
from organizers.desk.edits import Edit
from organizers.desk.fields import MarkdownField


class ConductForm(forms.Form):
    """The code of conduct, and where reports go."""

    conduct = MarkdownField(
        label=gettext_lazy("Code of conduct"),
        max_length=LONGEST_TEXT,
        required=False,
        rows=12,
        help_text=gettext_lazy("Markdown, or only a link. If it’s blank, the built-in text below holds."),
    )
    conduct_address = AddressField(
        autocomplete="off",
        label=gettext_lazy("Address for reports"),
        required=False,
        help_text=gettext_lazy("Shown to everyone. Reports through the site go to the owners."),
    )


@require_http_methods(["GET", "POST"])
@for_community(Permission.PLAN_EVENTS)
def conduct(request: DeskRequest, community: Community) -> HttpResponse:
    """GET shows the text; POST changes it."""
    form = ConductForm(request.POST if request.method == "POST" else None, initial=_typed(community))
    edit = Edit(request, form, conduct_version(community))
    if edit.succeeds(
        lambda: set_conduct(
            community=community,
            **form.cleaned_data,
            seen=request.POST.get("seen"),
            at=request.at,
            by=request.user,
        )
    ):
        messages.success(request, _("Saved."))
        return redirect("desk_conduct", community.slug)
    if edit.is_overtaken:
        community.refresh_from_db()
        edit.compare(_typed(community), conduct_version(community))
    context = {
        **community_page(request, community, current="desk_conduct"),
        "form": form,
        "edit": edit,
        "built_in": built_in(),
    }
    return render(request, "desk/community/conduct.html", context, status=edit.status)


def _typed(community: Community) -> dict[str, Any]:
    return {name: getattr(community, name) for name in CONDUCT}
