"""The pages that publish, change and cancel an event."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.core.versions import ChangedMeanwhile
from meetups.events.models import Event, Undo
from meetups.events.undo import mail_leaves_at
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import change_event, event_version, foresee_change
from meetups.lifecycle.actions.publish_event import publish_event
from meetups.lifecycle.new_event import CommunityRests
from meetups.lifecycle.participants import by_group, people_concerned
from meetups.lifecycle.people_there import someone_is_there
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.cancellation_form import CancellationForm
from organizers.desk.edits import meanwhile
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown
from organizers.event.change_sheet import change_sheet, note_in
from organizers.event.event_changes import differences
from organizers.event.event_form import EventForm, typed
from organizers.event.pictures.picture_form import PictureForm


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def edit(request: DeskRequest, event: Event) -> HttpResponse:
    """A change of a published event is shown once before it is made, where anyone has a part there: what changes, what moves along,
    who is told, and the mail.

    `seen` is the version that the form was filled from. If there is a newer one, both are shown before anything is saved.
    """
    if request.method != "POST":
        form = EventForm(community=event.community, initial=typed(event))
        return render(request, "desk/event/event_edit.html", edit_page(request, event, form))
    form = EventForm(request.POST, community=event.community)
    if request.POST.get("intent") == "back" or not form.is_valid():
        # "Back" keeps the typed values. To look at the form again is no error.
        status = 200 if form.is_valid() else 422
        return render(request, "desk/event/event_edit.html", edit_page(request, event, form), status=status)
    fields = form.event_fields()
    changed = differences(event, fields)
    if changed and request.POST.get("seen", event_version(event)) != event_version(event):
        return _overtaken(request, event, form)
    asks = changed and event.is_published and not event.is_over(request.at) and request.POST.get("intent") != "send"
    groups = by_group(event) if asks else {}
    try:
        if any(groups.values()):
            change = foresee_change(event=event, fields=fields, at=request.at, by=request.user)
            change.event.change_note = ""
            sheet = change_sheet(event, change, groups, at=request.at, by=request.user)
            return render(
                request, "desk/event/event_change.html", edit_page(request, event, form, changed=changed, sheet=sheet)
            )
        change_event(
            event=event,
            fields=fields,
            seen=request.POST.get("seen"),
            tell=request.POST.getlist("tell") if "asked" in request.POST else None,
            note=note_in(request.POST),
            at=request.at,
            by=request.user,
        )
    except ChangedMeanwhile:
        event.refresh_from_db()
        return _overtaken(request, event, form)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return render(request, "desk/event/event_edit.html", edit_page(request, event, form), status=refusal.status)
    if not changed:
        messages.success(request, _("No changes were made."))
    elif not event.undoable.filter(kind=Undo.Kind.CHANGE, until__gt=request.at).exists():
        # Otherwise the bar at the bottom says what was done.
        messages.success(request, _("Saved."))
    return redirect("desk_event", event.public_id)


def edit_page(request: DeskRequest, event: Event, form: EventForm, **more: Any) -> dict[str, Any]:
    """The context of the form, with what else the page has."""
    may_go_back = event.is_published and event.starts_at > request.at and not someone_is_there(event)
    context = {
        "seen": request.POST.get("seen") or event_version(event),
        "may_go_back": may_go_back,
        "note": note_in(request.POST),
        "pictures": event.pictures.order_by("pk"),
        "picture_form": PictureForm(),
        **more,
    }
    return event_page(request, event, current="desk_event_edit", form=form, **context)


def _overtaken(request: DeskRequest, event: Event, form: EventForm) -> HttpResponse:
    """Both versions, where both changed the same. Sent once more, the form replaces the one that is stored."""
    changes = HistoryEntry.objects.filter(subject=f"event:{event.pk}", verb="change_event")
    newest = changes.select_related("actor").order_by("-pk").first()
    context = edit_page(
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
        publish_event(event=event, at=request.at, by=request.user)
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
    form = CancellationForm(
        request.POST if request.method == "POST" else None,
        where=_("It’s in the email and on the event page, in your own words."),
    )
    if not form.is_valid():
        waits = mail_leaves_at(event.starts_at, at=request.at) > request.at
        told = len(people_concerned(event))
        context = event_page(request, event, current="desk_event_edit", told=told, waits=waits, form=form)
        status = 422 if form.is_bound else 200
        return render(request, "desk/event/event_cancellation.html", context, status=status)
    with refusals_shown(request):
        cancel_event(event=event, reason=form.cleaned_data["reason"], at=request.at, by=request.user)
        messages.success(request, _("Canceled. We’ll email everyone involved. The page stays and says so."))
    return redirect("desk_event", event.public_id)
