"""The pages that plan, publish, change and cancel an event."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from meetups.communities.models import Community
from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.core.versions import ChangedMeanwhile
from meetups.events.models import Event
from meetups.events.undo import mail_leaves_at
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.announce_event import announce_event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import change_event, event_version, foresee_change
from meetups.lifecycle.actions.plan_event import plan_event
from meetups.lifecycle.actions.publish_event import publish_event
from meetups.lifecycle.new_event import CommunityRests
from meetups.lifecycle.participants import by_group, concerned, parts_of
from organizers.desk.access import DeskRequest, for_community, for_event
from organizers.desk.edits import meanwhile
from organizers.desk.frame import event_page
from organizers.event.cancellation_form import CancellationForm
from organizers.event.change_sheet import change_sheet
from organizers.event.creating.venues import UsedVenue, filled_in, used_venues
from organizers.event.event_changes import differences
from organizers.event.event_form import EventForm, typed
from organizers.event.new_event_form import NewEventForm
from organizers.event.new_event_summary import summary


@require_http_methods(["GET", "POST"])
@for_community(Permission.PLAN_EVENTS)
def create(request: DeskRequest, community: Community) -> HttpResponse:
    """Everything on one page. `intent` names the button: publish, draft, or preview, which saves nothing; others fill
    something in."""
    at = timezone.now()
    venues = used_venues(community)
    if request.method != "POST":
        return _new_event_page(request, NewEventForm(community=community, at=at), venues)
    form = NewEventForm(filled_in(request.POST, venues), community=community, at=at)
    intent = request.POST.get("intent", "preview")
    valid = form.is_valid()
    if intent not in {"publish", "draft"}:
        return _new_event_page(request, form, venues, previewed=True)
    if not valid:
        return _new_event_page(request, form, venues, status=422)
    act = announce_event if intent == "publish" else plan_event
    try:
        event = act(community=community, plan=form.plan(), at=at, by=request.user)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _new_event_page(request, form, venues, status=refusal.status)
    if intent == "publish":
        messages.success(request, _("Published. Share the link to the event page."))
    else:
        messages.success(request, _("Saved as a draft. No one sees it until you publish it."))
    return redirect("desk_event", event.public_id)


def _new_event_page(
    request: DeskRequest,
    form: NewEventForm,
    venues: list[UsedVenue],
    *,
    status: int = 200,
    previewed: bool = False,
) -> HttpResponse:
    template = "desk/event/event_new.html"
    context: dict[str, Any] = {
        "community": form.community,
        "form": form,
        "summary": summary(form),
        "previewed": previewed,
        "venues": venues,
    }
    if request.htmx and previewed:
        template += "#summary"
        context["swapped"] = True
    return render(request, template, context, status=status)


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def edit(request: DeskRequest, event: Event) -> HttpResponse:
    """A change of a published event is shown once before it is made, where anyone has a part there: what changes, what moves along,
    who is told, and the mail.

    `seen` is the version that the form was filled from. If there is a newer one, both are shown before anything is saved.
    """
    at = timezone.now()
    if request.method != "POST":
        form = EventForm(community=event.community, initial=typed(event))
        return render(request, "desk/event/event_edit.html", _edit_page(request, event, form))
    form = EventForm(request.POST, community=event.community)
    if request.POST.get("intent") == "back" or not form.is_valid():
        # "Back" keeps the typed values. To look at the form again is no error.
        status = 200 if form.is_valid() else 422
        return render(request, "desk/event/event_edit.html", _edit_page(request, event, form), status=status)
    fields = form.event_fields()
    changed = differences(event, fields)
    if changed and request.POST.get("seen", event_version(event)) != event_version(event):
        return _overtaken(request, event, form)
    asks = changed and event.is_published and not event.is_over(at) and request.POST.get("intent") != "send"
    groups = by_group(parts_of(event)) if asks else {}
    try:
        if any(groups.values()):
            change = foresee_change(event=event, fields=fields, at=at, by=request.user)
            sheet = change_sheet(event, change, groups, at=at, by=request.user)
            return render(
                request, "desk/event/event_change.html", _edit_page(request, event, form, changed=changed, sheet=sheet)
            )
        change_event(
            event=event,
            fields=fields,
            seen=request.POST.get("seen"),
            tell=request.POST.getlist("tell") if "asked" in request.POST else None,
            at=at,
            by=request.user,
        )
    except ChangedMeanwhile:
        event.refresh_from_db()
        return _overtaken(request, event, form)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return render(request, "desk/event/event_edit.html", _edit_page(request, event, form), status=refusal.status)
    if not changed:
        messages.success(request, _("No changes were made."))
    elif not event.undoable.filter(until__gt=at).exists():
        # Otherwise the bar at the bottom says what was done.
        messages.success(request, _("Saved."))
    return redirect("desk_event", event.public_id)


def _edit_page(request: DeskRequest, event: Event, form: EventForm, **more: Any) -> dict[str, Any]:
    context = {"seen": request.POST.get("seen") or event_version(event), **more}
    return event_page(request, event, current="desk_event_edit", at=timezone.now(), form=form, **context)


def _overtaken(request: DeskRequest, event: Event, form: EventForm) -> HttpResponse:
    """Both versions, where both changed the same. Sent once more, the form replaces the one that is stored."""
    changes = HistoryEntry.objects.filter(subject=f"event:{event.pk}", verb="change_event")
    newest = changes.select_related("actor").order_by("-pk").first()
    context = _edit_page(
        request,
        event,
        form,
        meanwhile=meanwhile(form, typed(event), event_version(event)),
        who=(newest and newest.actor) or _("Someone"),
        seen=event_version(event),
    )
    return render(request, "desk/event/event_edit.html", context, status=ChangedMeanwhile.status)


@require_POST
@for_event(Permission.PLAN_EVENTS)
def publication(request: DeskRequest, event: Event) -> HttpResponse:
    """Shows a draft to everyone."""
    try:
        publish_event(event=event, at=timezone.now(), by=request.user)
    except CommunityRests as refusal:
        messages.error(request, str(refusal))
        return redirect("desk_rest", event.community.slug)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Published. Share the link to the event page."))
    return redirect("desk_event", event.public_id)


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def cancellation(request: DeskRequest, event: Event) -> HttpResponse:
    """Asks once, with the number of people who will be told and for a reason; then cancels the event."""
    at = timezone.now()
    form = CancellationForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        waits = mail_leaves_at(event.starts_at, at=at) > at
        told = len(concerned(event))
        context = event_page(request, event, current="desk_event_edit", at=at, told=told, waits=waits, form=form)
        status = 422 if form.is_bound else 200
        return render(request, "desk/event/event_cancellation.html", context, status=status)
    try:
        cancel_event(event=event, reason=form.cleaned_data["reason"], at=at, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Canceled. We’ll email everyone involved. The page stays and says so."))
    return redirect("desk_event", event.public_id)
