"""The picture at the head of an event's page (RULES 242). It works without scripts."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetups.communities.permissions import Permission
from meetups.core.files.upload_limit import was_too_large
from meetups.core.files.uploads import PictureTooLarge
from meetups.events.models import Event
from meetups.lifecycle.actions.pictures.remove_cover import remove_cover
from meetups.lifecycle.actions.pictures.set_cover import set_cover
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.refusals import refusals_shown


@require_POST
@for_event(Permission.PLAN_EVENTS)
def cover(request: DeskRequest, event: Event) -> HttpResponse:
    """Shows the uploaded picture at the head of the event's page."""
    upload: UploadedFile[bytes] | None = request.FILES.get("cover")
    if was_too_large(request):
        messages.error(request, str(PictureTooLarge()))
    elif upload is None:
        messages.error(request, _("Choose a picture first."))
    else:
        with refusals_shown(request):
            set_cover(event=event, upload=upload, at=request.at, by=request.user)
            messages.success(request, _("The event page shows the new cover."))
    return redirect("desk_event_edit", event.public_id)


@require_POST
@for_event(Permission.PLAN_EVENTS)
def removal(request: DeskRequest, event: Event) -> HttpResponse:
    """Shows the community's pattern again."""
    remove_cover(event=event, at=request.at, by=request.user)
    messages.success(request, _("Cover removed. The event page shows your community’s pattern."))
    return redirect("desk_event_edit", event.public_id)
