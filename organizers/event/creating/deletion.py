"""The page that deletes a draft."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.lifecycle.actions.drafts.delete_draft import delete_draft
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def deletion(request: DeskRequest, event: Event) -> HttpResponse:
    """Asks once; then the draft is gone."""
    if event.state != Event.State.DRAFT:
        return redirect("desk_event", event.public_id)
    if request.method != "POST":
        context = event_page(request, event, current="desk_event_edit")
        return render(request, "desk/event/creating/event_deletion.html", context)
    with refusals_shown(request):
        delete_draft(event=event, at=request.at, by=request.user)
        messages.success(request, _("The draft is deleted."))
        return redirect("desk_community", event.community.slug)
    return redirect("desk_event", event.public_id)
