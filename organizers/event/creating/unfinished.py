"""What is typed on the page for a new event is kept while it is typed. Without JavaScript its buttons save, as ever."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from meetups.communities.models import Community
from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.core.versions import ChangedMeanwhile
from meetups.events.models import UnfinishedEvent
from meetups.lifecycle.actions.drafts.delete_unfinished import delete_unfinished
from meetups.lifecycle.actions.drafts.keep_unfinished import keep_unfinished
from organizers.desk.access import DeskRequest, for_community
from organizers.event.new_event_form import NewEventForm

# What a form carries besides its fields.
CARRIED = {"csrfmiddlewaretoken", "once", "seen", "was", "tab", "intent"}


def address_of(community: Community, public_id: str) -> str:
    """The page for a new event with what was typed there."""
    return f"{reverse('desk_event_new', args=[community.slug])}?draft={public_id}"


def new_tab() -> str:
    """A name for one page as it is opened: two tabs with the same draft have two."""
    return secrets.token_urlsafe(6)


def typed_before(unfinished: UnfinishedEvent) -> QueryDict:
    """What was typed, as the form would send it."""
    data = QueryDict(mutable=True)
    for name, values in unfinished.typed.items():
        data.setlist(name, values)
    return data


def values_of(unfinished: UnfinishedEvent, form: NewEventForm) -> dict[str, Any]:
    """What was typed, as the values from which the form is filled. Nothing of it has been checked."""
    data = typed_before(unfinished)
    read = {name: field.widget.value_from_datadict(data, {}, name) for name, field in form.fields.items()}
    return {name: value for name, value in read.items() if name != "once"}


@require_POST
@for_community(Permission.PLAN_EVENTS)
def unfinished_autosave(request: DeskRequest, community: Community) -> HttpResponse:
    """Keeps what is typed, right or not, and says so with the new version for the page (RULES 255)."""
    form = NewEventForm(request.POST, community=community, at=request.at)
    form.is_valid()
    context: dict[str, Any] = {"community": community, "at": request.at}
    public_id = form.cleaned_data.get("once")
    if not public_id:
        return _answer(request, context | {"stale": True})
    try:
        kept = keep_unfinished(
            community=community,
            public_id=public_id,
            typed=_typed(request.POST),
            seen=request.POST.get("seen", ""),
            tab=request.POST.get("tab", "")[:12],
            at=request.at,
            by=request.user,
        )
    except ChangedMeanwhile:
        return _answer(request, context | {"overtaken": True})
    except DomainError as refusal:
        return _answer(request, context | {"refusal": refusal})
    if kept is None:
        return HttpResponse(status=204)
    filled = NewEventForm(community=community, at=request.at, initial=values_of(kept, form))
    return _answer(request, context | {"kept": kept, "form": filled, "address": address_of(community, public_id)})


def _typed(sent: QueryDict) -> dict[str, list[str]]:
    # No column of PostgreSQL takes the character NUL.
    return {name: [value.replace("\0", "") for value in values] for name, values in sent.lists() if name not in CARRIED}


def _answer(request: DeskRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "desk/event/creating/unfinished_saved.html", context)


@require_http_methods(["GET", "POST"])
@for_community(Permission.PLAN_EVENTS)
def unfinished_deletion(request: DeskRequest, community: Community, draft: str) -> HttpResponse:
    """Asks once; then what was typed is gone."""
    unfinished = get_object_or_404(community.unfinished_events, public_id=draft)
    if request.method != "POST":
        context = {"community": community, "unfinished": unfinished, "back": address_of(community, draft)}
        return render(request, "desk/event/creating/unfinished_deletion.html", context)
    delete_unfinished(unfinished=unfinished, at=request.at, by=request.user)
    messages.success(request, _("The draft is deleted."))
    return redirect("desk_community", community.slug)
