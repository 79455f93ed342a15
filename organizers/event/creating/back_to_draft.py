"""The page that takes a published event back to a draft."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.lifecycle.actions.drafts.back_to_draft import back_to_draft as take_back
from meetups.notifications.models import Notification
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def back_to_draft(request: DeskRequest, event: Event) -> HttpResponse:
    """Asks once, with the number of followers who were mailed already."""
    if not event.is_published or event.starts_at <= request.at:
        return redirect("desk_event", event.public_id)
    if request.method != "POST":
        announced = Notification.objects.filter(
            thread=event.thread, kind="event_announced", state=Notification.State.SENT
        )
        context = event_page(request, event, current="desk_event_edit", told=announced.count())
        return render(request, "desk/event/creating/back_to_draft.html", context)
    with refusals_shown(request):
        take_back(event=event, at=request.at, by=request.user)
        messages.success(request, _("It’s a draft again. Only the organizing team sees it."))
    return redirect("desk_event", event.public_id)
