"""The page for a new event: everything on one page, kept while it is typed."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetups.communities.models import Community
from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.core.versions import ChangedMeanwhile
from meetups.events.models import Event
from meetups.lifecycle.actions.announce_event import announce_event
from meetups.lifecycle.actions.plan_event import plan_event
from meetups.lifecycle.new_event import AlreadyAnEvent
from organizers.desk.access import DeskRequest, for_community
from organizers.desk.edits import meanwhile
from organizers.event.creating.unfinished import address_of, new_tab, typed_before, values_of
from organizers.event.creating.venues import UsedVenue, filled_in, used_venues
from organizers.event.new_event_form import NewEventForm
from organizers.event.new_event_summary import summary


@require_http_methods(["GET", "POST"])
@for_community(Permission.PLAN_EVENTS)
def create(request: DeskRequest, community: Community) -> HttpResponse:
    """`intent` names the button: publish, draft, or preview, which saves nothing; others fill something in."""
    venues = used_venues(community)
    if request.method != "POST":
        return _opened(request, community, venues)
    form = NewEventForm(filled_in(request.POST, venues), community=community, at=request.at)
    intent = request.POST.get("intent", "preview")
    valid = form.is_valid()
    if intent not in {"publish", "draft"}:
        return _page(request, form, venues, previewed=True)
    if not valid:
        return _page(request, form, venues, status=422)
    act = announce_event if intent == "publish" else plan_event
    seen, tab = request.POST.get("seen", ""), request.POST.get("tab", "")[:12]
    try:
        event = act(community=community, plan=form.plan(seen=seen, tab=tab), at=request.at, by=request.user)
    except ChangedMeanwhile as refusal:
        return _overtaken(request, form, venues, status=refusal.status)
    except AlreadyAnEvent as refusal:
        form.add_error(None, str(refusal))
        there = Event.objects.get(public_id=form.cleaned_data["once"])
        return _page(request, form, venues, status=refusal.status, there=there)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, venues, status=refusal.status)
    if intent == "publish":
        messages.success(request, _("Published. Share the link to the event page."))
    else:
        messages.success(request, _("Saved as a draft. No one sees it until you publish it."))
    return redirect("desk_event", event.public_id)


def _opened(request: DeskRequest, community: Community, venues: list[UsedVenue]) -> HttpResponse | HttpResponseRedirect:
    """An empty page, or what was typed before. Nothing that is missing there is called wrong yet."""
    draft = request.GET.get("draft", "")[:12]
    others = list(community.unfinished_events.exclude(public_id=draft).select_related("community", "saved_by"))
    kept = community.unfinished_events.filter(public_id=draft).first() if draft else None
    if kept:
        empty = NewEventForm(community=community, at=request.at)
        form = NewEventForm(community=community, at=request.at, of=kept.public_id, initial=values_of(kept, empty))
        typed = NewEventForm(typed_before(kept), community=community, at=request.at)
        typed.is_valid()
        return _page(request, form, venues, kept=kept, seen=kept.version, summary=summary(typed), others=others)
    if draft:
        event = community.events.filter(public_id=draft).first()
        if event:
            return redirect("desk_event", event.public_id)
        messages.info(request, _("This draft is gone: it was deleted. Here’s an empty page."))
    latest = community.events.published().order_by("-starts_at", "-pk").first()
    return _page(request, NewEventForm(community=community, at=request.at), venues, others=others, latest=latest)


def _overtaken(request: DeskRequest, form: NewEventForm, venues: list[UsedVenue], *, status: int) -> HttpResponse:
    """Another page saved what was typed there: both are shown, where both changed the same (RULES 195)."""
    kept = form.community.unfinished_events.get(public_id=form.cleaned_data["once"])
    rows = meanwhile(form, values_of(kept, form), kept.version)
    return _page(request, form, venues, status=status, kept=kept, meanwhile=rows, seen=kept.version)


def _page(
    request: DeskRequest,
    form: NewEventForm,
    venues: list[UsedVenue],
    *,
    status: int = 200,
    previewed: bool = False,
    **more: Any,
) -> HttpResponse:
    template = "desk/event/event_new.html"
    kept = more.get("kept")
    context: dict[str, Any] = {
        "community": form.community,
        "form": form,
        "summary": summary(form),
        "previewed": previewed,
        "venues": venues,
        "seen": request.POST.get("seen", ""),
        "tab": request.POST.get("tab", "")[:12] or new_tab(),
        "address": address_of(form.community, kept.public_id) if kept else "",
        **more,
    }
    if request.htmx and previewed:
        template += "#summary"
        context["swapped"] = True
    return render(request, template, context, status=status)
