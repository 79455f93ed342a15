"""“Remind me”: one mail when registration opens (RULES 222)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from meetups.accounts.models import User
from meetups.communities.actions.follow import follow
from meetups.events.models import Event
from meetups.events.opening import opening_of
from meetups.notifications.actions.choose import choose
from meetups.notifications.models import Topic
from meetups.pages.entrance.gate import with_gate
from meetups.pages.entrance.gated_form import GatedForm
from meetups.pages.sheets.follow_words import current_words, opening_words
from meetups.pages.site.access import PageRequest, event_and_part


@require_http_methods(["GET", "HEAD", "POST"])
@with_gate
def opening_reminder(request: PageRequest, public_id: str) -> HttpResponse:
    """POST asks for the mail, or with `end` no longer; GET is the page of it. Once registration is open, both lead to the event."""
    event, part = event_and_part(request, public_id)
    opening = opening_of(event, at=request.at)
    if opening is None:
        return redirect("event", event.public_id)
    sent = GatedForm(request)
    if sent.succeeds(lambda: _choose(request, sent.reader, event)):
        return redirect("event", event.public_id)
    code_asked = sent.code_asked(label=pgettext("opening", "Remind me"), thing=event.words.title, at=request.at)
    context = {
        "event": event,
        "opening": opening,
        "is_reminded": part is not None and part.is_reminded,
        "agrees": opening_words(),
        "words": current_words(),
    }
    return code_asked or sent.page("pages/registration/opening_reminder.html", context)


def _choose(request: PageRequest, reader: User, event: Event) -> None:
    wanted = "end" not in request.POST
    choose(person_id=reader.pk, choices={(Topic.OPENING, event.thread): wanted}, at=request.at)
    if wanted and "follow" in request.POST:
        follow(person=reader, community=event.community, at=request.at)
    if wanted:
        messages.success(request, _("We’ll email you when registration opens."))
    else:
        messages.success(request, _("We won’t email you when registration opens."))
