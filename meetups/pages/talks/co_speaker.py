"""Co-speakers: a person is asked to hold a talk together with its speaker, says yes or no, and can leave again."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from meetups.accounts.models import person_key
from meetups.core.links import by_mailed_token
from meetups.pages.entrance.gate import answer_at_gate, gate_of
from meetups.pages.shifts.seat_after_shift import seat_after
from meetups.pages.site.access import SignedIn
from meetups.pages.site.link_answers import answered_by_link
from meetups.pages.site.refusal_answers import Posted
from meetups.speakers.actions.co_speakers.decline_as_co_speaker import decline_as_co_speaker
from meetups.speakers.actions.co_speakers.join_as_co_speaker import join_as_co_speaker
from meetups.speakers.actions.co_speakers.release_co_speaker import release_co_speaker
from meetups.speakers.models import CoSpeaker, Talk

COMING = {Talk.State.ACCEPTED, Talk.State.CONFIRMED}


def _find(token: str) -> CoSpeaker | None:
    found = CoSpeaker.objects.select_related("talk__event__community", "talk__speaker", "person")
    return found.filter(by_mailed_token(CoSpeaker, token)).first()


def _page(request: HttpRequest, asked: CoSpeaker, at: datetime) -> dict[str, Any]:
    talk = asked.talk
    return {
        "event": talk.event,
        "talk": talk,
        "asked": asked,
        "is_closed": not (asked.state == CoSpeaker.State.ASKED and talk.state in COMING and talk.event.is_open(at)),
        "gate": gate_of(request),
        "is_mine": request.user.is_authenticated and request.user.person_key == person_key(asked.address),
    }


@answered_by_link("pages/talks/co_speaker.html", find=_find, page=_page)
def co_speaker(request: HttpRequest, asked: CoSpeaker, at: datetime) -> HttpResponse | dict[str, Any] | None:
    """Accepting needs the account of the asked address; declining needs only the link. The address is not shown to anyone."""
    if request.POST.get("answer") == "decline":
        asked = decline_as_co_speaker(co_speaker=asked, at=at)
        return {"is_declined": True} if asked.state == CoSpeaker.State.DECLINED else None
    if not request.user.is_authenticated:
        return answer_at_gate(request, label=pgettext("button", "Accept"), thing=asked.talk.title, at=at)
    join_as_co_speaker(co_speaker=asked, at=at, by=request.user)
    messages.success(request, _("You’re now a co-speaker. Here’s what the talk still needs from you."))
    return redirect("talk_preparation", asked.talk.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def end(request: SignedIn, pk: int) -> HttpResponse:
    """GET says what it means; POST removes a co-speaker. The co-speaker and the talk's own speaker may do this."""
    hers_or_mine = Q(person=request.user) | Q(talk__speaker=request.user)
    found = CoSpeaker.objects.select_related("talk__event__community", "talk__speaker", "person")
    leaving = get_object_or_404(found, hers_or_mine, pk=pk)
    talk = leaving.talk
    is_me = leaving.person == request.user
    posted = Posted(request)
    if posted.succeeds(lambda: release_co_speaker(co_speaker=leaving, at=request.at, by=request.user)):
        if is_me:
            messages.success(request, _("You’re no longer a co-speaker of “%(title)s”.") % {"title": talk.title})
            return redirect("event", talk.event.public_id)
        messages.success(request, _("Saved."))
        return redirect("talk_preparation", talk.pk)
    context = {
        "event": talk.event,
        "talk": talk,
        "leaving": leaving,
        "is_me": is_me,
        "fallback": seat_after(leaving.subject, talk.event, at=request.at) if is_me else "",
    }
    return posted.page("pages/talks/co_speaker_end.html", context)
