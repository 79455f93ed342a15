"""What people ask about one event. The answer is written in the community's inbox, which has the questions about all of them."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.lifecycle.models import Inquiry
from organizers.community.inbox import A_PAGE, for_me
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page


@require_safe
@for_event(Permission.MANAGE_ATTENDEES)
def event_inbox(request: DeskRequest, event: Event) -> HttpResponse:
    """What is open, then what was answered (`?page=`)."""
    mine = for_me(request, event.community).filter(event=event)
    answered = mine.filter(state=Inquiry.State.ANSWERED).order_by("-answered_at", "-pk")
    context = event_page(
        request,
        event,
        current="desk_event_inbox",
        open=mine.filter(state=Inquiry.State.OPEN).order_by("asked_at", "pk"),
        page=Paginator(answered, A_PAGE).get_page(request.GET.get("page")),
    )
    return render(request, "desk/community/event_inbox.html", context)
