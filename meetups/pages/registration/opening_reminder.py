"""“Remind me”: one mail when registration opens (RULES 222)."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from meetups.communities.actions.follow import follow
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.events.opening import opening_of
from meetups.notifications.actions.choose import choose
from meetups.notifications.models import Topic
from meetups.pages.entrance.gate import ask_for_code, gate_of, with_gate
from meetups.pages.sheets.follow_words import current_words, opening_words
from meetups.pages.site.access import SignedIn, event_and_part
from meetups.pages.site.refusal_answers import answer


@require_http_methods(["GET", "HEAD", "POST"])
@with_gate
def opening_reminder(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST asks for the mail, or with `end` no longer; GET is the page of it. Once registration is open, both lead to the event."""
    at = timezone.now()
    event, part = event_and_part(request, public_id)
    opening = opening_of(event, at=at)
    if opening is None:
        return redirect("event", event.public_id)
    gate = gate_of(request)
    refusal: DomainError | None = None
    if gate is None and request.method == "POST":
        return _choose(cast(SignedIn, request), event)
    if gate and gate.is_valid():
        try:
            return ask_for_code(request, gate, label=pgettext("opening", "Remind me"), thing=event.words.title, at=at)
        except DomainError as error:
            refusal = error
    context = {
        "event": event,
        "opening": opening,
        "is_reminded": part is not None and part.is_reminded,
        "gate": gate,
        "agrees": opening_words(),
        "words": current_words(),
    }
    status = 422 if request.method == "POST" else 200
    return answer(request, "pages/registration/opening_reminder.html", context, refusal=refusal, status=status)


def _choose(request: SignedIn, event: Event) -> HttpResponse:
    at, wanted = timezone.now(), "end" not in request.POST
    choose(person_id=request.user.pk, choices={(Topic.OPENING, event.thread): wanted}, at=at)
    if wanted and "follow" in request.POST:
        follow(person=request.user, community=event.community, at=at)
    if wanted:
        messages.success(request, _("We’ll email you when registration opens."))
    else:
        messages.success(request, _("We won’t email you when registration opens."))
    return redirect("event", event.public_id)
