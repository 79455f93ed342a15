"""The preview of a Markdown text."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from meetups.core.texts.markdown import render

FIELDS = ("text", "description", "abstract")
LONGEST = 40_000


@require_POST
@login_required
def markdown_preview(request: HttpRequest) -> HttpResponse:
    """Renders the field `description` (or `text`, or `abstract`) as a fragment of clean HTML. It cuts off the end of a long text."""
    text = next((request.POST[name] for name in FIELDS if name in request.POST), "")
    return HttpResponse(render(text[:LONGEST].replace("\x00", "")))
