"""The pages that found and describe a community and list its events."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from meetups.communities.actions.describe_community import PROFILE, describe_community, profile_version
from meetups.communities.actions.found_community import found_community
from meetups.communities.models import Community
from meetups.communities.permissions import Permission
from meetups.core.ids import public_id
from meetups.core.texts.markdown import LONGEST_TEXT
from meetups.core.texts.safe_text import validate_visible
from organizers.community.event_lists import found_events, lists_of_events
from organizers.community.face_form import FACE, FaceForm
from organizers.desk.access import DeskRequest, for_community, open_to_all
from organizers.desk.edits import Edit, SentForm
from organizers.desk.fields import MarkdownField, ZoneField


class CommunityForm(forms.Form):
    """What a community is called, what it is about, and where it meets."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, validators=[validate_visible])
    description = MarkdownField(
        label=gettext_lazy("Description"),
        max_length=LONGEST_TEXT,
        required=False,
        rows=5,
        help_text=gettext_lazy("Markdown. Who meets here, and about what?"),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy("The default for new events; each event can have its own."),
    )
    time_zone = ZoneField(initial="Asia/Tokyo", help_text=gettext_lazy("The time zone you usually meet in."))


class CommunityProfileForm(FaceForm, CommunityForm):
    """What a community says about itself, and how it is recognised."""

    motto = forms.CharField(
        label=gettext_lazy("Motto"),
        max_length=160,
        required=False,
        validators=[validate_visible],
        help_text=gettext_lazy(
            "A sentence or two in your own words, below the name on your page. About 40 Japanese or 90 Latin letters "
            "look best."
        ),
    )

    field_order = (
        "name",
        "motto",
        "description",
        "chosen_hue",
        "chosen_letter",
        "chosen_pattern",
        "language",
        "time_zone",
    )


class FoundingForm(CommunityForm):
    """The profile, and the address, which cannot change later."""

    slug = forms.SlugField(
        label=pgettext_lazy("web", "Page URL"),
        max_length=40,
        required=False,
        help_text=gettext_lazy(
            "Lowercase letters, digits and hyphens, such as ml-study. It can’t be changed later. If blank, "
            "we choose one."
        ),
    )

    field_order = ("name", "slug", "description", "language", "time_zone")

    def clean(self) -> dict[str, Any]:
        """Makes a missing address from the name if its letters allow that, and at random if they do not."""
        cleaned = super().clean() or self.cleaned_data
        if "slug" in cleaned:
            cleaned["slug"] = (cleaned["slug"] or slugify(cleaned.get("name", "")))[:40].strip("-_").lower()
            if not cleaned["slug"]:
                cleaned["slug"] = f"c-{public_id()}"
        return cleaned


@require_http_methods(["GET", "POST"])
@open_to_all
def found(request: DeskRequest) -> HttpResponse:
    """Anyone who is signed in can found a community and then owns it."""
    form = FoundingForm(
        request.POST if request.method == "POST" else None, initial={"language": get_language() or "en"}
    )
    sent = SentForm(form)
    if sent.succeeds(
        lambda: found_community(**form.cleaned_data, at=request.at, by=request.user),
        beside="slug",
    ):
        messages.success(request, _("“%(name)s” is ready. Create its first event.") % {"name": sent.result.name})
        return redirect("desk_community", sent.result.slug)
    return render(request, "desk/community/community_new.html", {"form": form}, status=sent.status)


@require_safe
@for_community(Permission.PLAN_EVENTS)
def community(request: DeskRequest, community: Community) -> HttpResponse:
    """The community's drafts, future events and past events, 50 of each at a time; or those whose title has the words of the query."""
    events = community.events.all()
    words = request.GET.get("q", "").strip()[:100]
    lists = found_events(request.GET, events, words) if words else lists_of_events(request.GET, events, request.at)
    unfinished = [] if words else list(community.unfinished_events.select_related("community", "saved_by"))
    context = {
        **community_page(request, community, current="desk_community"),
        "unfinished": unfinished,
        "lists": lists,
        "words": words,
        "searches": bool(words) or any(one.page.has_other for one in lists),
        "any": bool(words or unfinished or any(one.page.events for one in lists)) or events.exists(),
    }
    return render(request, "desk/community/community.html", context)


@require_http_methods(["GET", "POST"])
@for_community(Permission.PLAN_EVENTS)
def profile(request: DeskRequest, community: Community) -> HttpResponse:
    """The text of the community's public page."""
    form = CommunityProfileForm(
        request.POST if request.method == "POST" else None, initial=_typed(community), community=community
    )
    edit = Edit(request, form, profile_version(community))
    if edit.succeeds(
        lambda: describe_community(
            community=community,
            **form.cleaned_data,
            seen=request.POST.get("seen"),
            at=request.at,
            by=request.user,
        )
    ):
        messages.success(request, _("Saved."))
        return redirect("desk_community", community.slug)
    if edit.is_overtaken:
        community.refresh_from_db()
        edit.compare(_typed(community), profile_version(community))
    page = community_page(request, community, current="desk_community_profile")
    context = {**page, "form": form, "edit": edit}
    return render(request, "desk/community/community_profile.html", context, status=edit.status)


@require_safe
@for_community(Permission.PLAN_EVENTS)
def face(request: DeskRequest, community: Community) -> HttpResponse:
    """The head of the public page as it would look with the fields of the query, as a fragment. What can’t be chosen is left out."""
    form = CommunityProfileForm(request.GET, community=community)
    form.is_valid()
    for name in ("name", "motto", *FACE):
        if name in form.cleaned_data:
            setattr(community, name, form.cleaned_data[name])
    return render(request, "desk/community/face_preview.html", {"community": community})


def _typed(community: Community) -> dict[str, Any]:
    return {name: getattr(community, name) for name in PROFILE}


def community_page(request: DeskRequest, community: Community, *, current: str) -> dict[str, Any]:
    """The context that every desk page of a community needs."""
    tabs = [
        ("desk_community", pgettext("tab", "Events"), Permission.PLAN_EVENTS),
        ("desk_proposals", pgettext("tab", "Proposals"), Permission.DECIDE_TALKS),
        ("desk_inbox", _("Inbox"), Permission.MANAGE_ATTENDEES),
        ("desk_members", pgettext("tab", "Organizing team"), Permission.MANAGE_MEMBERS),
        ("desk_rights", _("Who can do what"), Permission.SEE_DESK),
        ("desk_community_profile", pgettext("tab", "Profile"), Permission.PLAN_EVENTS),
        ("desk_conduct", _("Code of conduct"), Permission.PLAN_EVENTS),
        ("desk_rest", pgettext("tab", "Rest"), Permission.PLAN_EVENTS),
    ]
    return {
        "community": community,
        "tabs": [
            {"label": label, "url": reverse(name, args=[community.slug]), "current": name == current}
            for name, label, permission in tabs
            if permission in request.grants
        ],
        "tabs_label": _("Pages of this community"),
    }
