"""Photos that organizers keep of the room as it was before people came (RULES 78, 79). They work without scripts."""

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.core.files.upload_limit import was_too_large
from meetups.core.files.uploads import PictureTooLarge
from meetups.core.texts.safe_text import validate_visible
from meetups.events.models import Event
from meetups.volunteers.actions.teardown.add_room_photo import add_room_photo
from meetups.volunteers.actions.teardown.caption_room_photo import caption_room_photo, photo_version
from meetups.volunteers.actions.teardown.remove_room_photo import remove_room_photo
from meetups.volunteers.models import RoomPhoto
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import Edit
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown

# Each image is redrawn, which takes half a second. This limits the time of one request.
AT_A_TIME = 10


class CaptionForm(forms.Form):
    caption = forms.CharField(
        label=gettext_lazy("Photo description"), max_length=120, required=False, validators=[validate_visible]
    )


def photos_added(count: int) -> str:
    """The sentence about the number of new photos."""
    return ngettext("%(count)s photo added.", "%(count)s photos added.", count) % {"count": count}


@require_POST
@for_event(Permission.MANAGE_SHIFTS)
def room_photos(request: DeskRequest, event: Event) -> HttpResponse:
    """Keeps the uploaded pictures. A refused picture is named and does not stop the others."""
    files: list[UploadedFile[bytes]] = request.FILES.getlist("photos")
    caption = CaptionForm(request.POST)
    said = caption.cleaned_data["caption"] if caption.is_valid() else ""
    added = 0
    for file in files[:AT_A_TIME]:
        try:
            add_room_photo(event=event, upload=file, caption=said, at=request.at, by=request.user)
        except DomainError as refusal:
            messages.error(request, f"{file.name}: {refusal}")
        else:
            added += 1
    if added:
        messages.success(request, photos_added(added))
    if not caption.is_valid():
        messages.error(request, f"{caption['caption'].label}: {' '.join(map(str, caption['caption'].errors))}")
    if was_too_large(request):
        messages.error(request, str(PictureTooLarge()))
    elif not files:
        messages.error(request, _("Choose a picture first."))
    if len(files) > AT_A_TIME:
        left = len(files) - AT_A_TIME
        messages.error(
            request,
            ngettext(
                "%(count)s photo was skipped: at most %(most)s at a time.",
                "%(count)s photos were skipped: at most %(most)s at a time.",
                left,
            )
            % {"count": left, "most": AT_A_TIME},
        )
    return redirect("desk_teardown", event.public_id)


@require_http_methods(["GET", "POST"])
@for_event(Permission.MANAGE_SHIFTS)
def photo(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """One photo: its caption, and a button to remove it."""
    found = get_object_or_404(RoomPhoto.objects.select_related("event"), event=event, pk=pk)
    form = CaptionForm(request.POST if request.method == "POST" else None, initial={"caption": found.caption})
    edit = Edit(request, form, photo_version(found))
    if edit.succeeds(
        lambda: caption_room_photo(
            photo=found,
            caption=form.cleaned_data["caption"],
            seen=request.POST.get("seen"),
            at=request.at,
            by=request.user,
        )
    ):
        messages.success(request, _("Saved."))
        return redirect("desk_teardown", event.public_id)
    if edit.is_overtaken:
        found.refresh_from_db()
        edit.compare({"caption": found.caption}, photo_version(found))
    context = event_page(request, event, current="desk_teardown", form=form, edit=edit, photo=found)
    return render(request, "desk/shifts/teardown_photo.html", context, status=edit.status)


@require_POST
@for_event(Permission.MANAGE_SHIFTS)
def removal(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    found = get_object_or_404(RoomPhoto.objects.select_related("event"), event=event, pk=pk)
    with refusals_shown(request):
        remove_room_photo(photo=found, at=request.at, by=request.user)
        messages.success(request, _("Photo removed."))
    return redirect("desk_teardown", event.public_id)
