"""Pictures in the text of an event (RULES 257). They work without scripts."""

from allauth.core import ratelimit
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.core.files.upload_limit import was_too_large
from meetups.core.files.uploads import PictureTooLarge
from meetups.core.texts.markdown import OWN_PICTURE
from meetups.events.models import Event, EventPicture
from meetups.lifecycle.actions.pictures.add_picture import add_picture
from meetups.lifecycle.actions.pictures.remove_picture import remove_picture
from organizers.desk.access import DeskRequest, for_event
from organizers.event.event_edit import edit_page
from organizers.event.event_form import EventForm
from organizers.event.pictures.picture_form import PictureForm

TEXTS = ("description", "other_description")


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def pictures(request: DeskRequest, event: Event) -> HttpResponse:
    """Keeps the chosen picture, and shows the form of the event as it was typed, with the picture in its text.

    Only the picture is saved. The text with it is saved with the form.
    """
    if request.method != "POST":
        # The address of a form that was sent, opened again.
        return redirect("desk_event_edit", event.public_id)
    form = PictureForm(request.POST, request.FILES)
    typed = request.POST.copy()
    if was_too_large(request):
        form.add_error("picture", str(PictureTooLarge()))
    elif form.is_valid():
        if not ratelimit.consume(request, action="event_pictures", user=request.user):
            form.add_error("picture", _("You’ve added 60 pictures today. Add more tomorrow."))
        else:
            sent = form.cleaned_data
            try:
                picture = add_picture(
                    event=event, upload=sent["picture"], alt=sent["picture_alt"], at=request.at, by=request.user
                )
            except DomainError as refusal:
                form.add_error("picture", str(refusal))
            else:
                _put_into(typed, picture, sent.get("picture_in"), sent.get("picture_at"))
                return _as_typed(
                    request,
                    event,
                    typed,
                    picture_note=_("The picture is in the text. Save the event so that readers see it."),
                    has_new_picture=True,
                )
    return _as_typed(request, event, typed, picture_form=form, status=422)


@require_POST
@for_event(Permission.PLAN_EVENTS)
def picture_removal(request: DeskRequest, event: Event, name: str) -> HttpResponse:
    """Removes a picture, also from the text that was typed. The text that is saved has its words in its place."""
    remove_picture(event=event, name=name, at=request.at, by=request.user)
    typed = request.POST.copy()
    for text in TEXTS:
        if text in typed:
            typed[text] = _without(name, str(typed[text]))
    note = _("Picture removed. Save the event, so that its text does without it, too.")
    return _as_typed(request, event, typed, picture_note=note)


def _as_typed(
    request: DeskRequest, event: Event, typed: QueryDict, *, status: int = 200, **more: object
) -> HttpResponse:
    """The form of the event with what was typed. Without a form around the button the stored event is shown."""
    if "title" not in typed:
        return redirect("desk_event_edit", event.public_id)
    form = EventForm(typed, community=event.community)
    return render(request, "desk/event/event_edit.html", edit_page(request, event, form, **more), status=status)


def _without(name: str, words: str) -> str:
    """The text without the marks of a picture, in time that grows with its length."""
    end = f"]({OWN_PICTURE}{name})"
    *marked, rest = words.split(end)
    kept: list[str] = []
    is_gone = False
    for part in marked:
        start = part.rfind("![")
        kept.append(_after(part[:start] if start >= 0 else part + end, is_gone=is_gone))
        is_gone = start >= 0
    return "".join((*kept, _after(rest, is_gone=is_gone))).rstrip()


def _after(words: str, *, is_gone: bool) -> str:
    """The words behind a picture, without the blank line that stood between them."""
    return words.lstrip("\r\n") if is_gone else words


def _put_into(typed: QueryDict, picture: EventPicture, text: str | None, place: int | None) -> None:
    """Writes the picture into the text at the cursor, or at the end of the description, with a blank line on either side.

    Browsers count a place in UTF-16, with one character for a line break.
    """
    name = text if text in TEXTS else TEXTS[0]
    words = typed.get(name, "").replace("\r\n", "\n")
    before, after = words, ""
    if place is not None and text in TEXTS:
        octets = words.encode("utf-16-le", "surrogatepass")
        before, after = (part.decode("utf-16-le", "replace") for part in (octets[: 2 * place], octets[2 * place :]))
    typed[name] = "\n\n".join(filter(None, (before.rstrip(), picture.markdown, after.lstrip())))
