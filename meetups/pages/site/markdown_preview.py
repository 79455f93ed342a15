"""The preview of a Markdown text."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetups.core.texts.markdown import LONGEST_TEXT, OWN_PICTURE, render
from meetups.pages.site.access import event_or_404
from meetups.pages.site.text_pictures import pictures_of

FIELDS = ("text", "description", "abstract")


@require_POST
@login_required
def markdown_preview(request: HttpRequest) -> HttpResponse:
    """Renders the field `description` (or `text`, or `abstract`) as a fragment of clean HTML. It cuts off the end of a long text.

    With the pictures of the `event` that is named.
    """
    if not ratelimit.consume(request, action="markdown_preview", user=request.user):
        return HttpResponse(_("The preview takes a short break. What you typed is still here."), status=429)
    text = next((request.POST[name] for name in FIELDS if name in request.POST), "")
    text = text[:LONGEST_TEXT].replace("\x00", "")
    named = request.POST.get("event") if OWN_PICTURE in text else None
    return HttpResponse(render(text, pictures_of(event_or_404(request, named)) if named else ()))
