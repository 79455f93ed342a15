"""The organizers' decisions about proposals. First everything is decided, then all speakers are told together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.notifications.email_registry import KINDS
from meetups.notifications.models import Notification
from meetups.speakers.actions.talks.release_decisions import ReleasedDecisions, release_decisions
from meetups.speakers.actions.talks.stage_decision import stage_decision
from meetups.speakers.models import Talk
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page

UNDECIDED = "undecided"


@dataclass(frozen=True)
class Staged:
    """The decisions of an event that are not yet told to the speakers."""

    accepted: list[Talk]
    rejected: list[Talk]

    @classmethod
    def among(cls, talks: list[Talk]) -> "Staged":
        """The decisions among `talks`, whose speakers are already loaded."""
        return cls(
            [talk for talk in talks if talk.staged == Talk.Decision.ACCEPT],
            [talk for talk in talks if talk.staged == Talk.Decision.REJECT],
        )

    @property
    def talks(self) -> list[Talk]:
        return [*self.accepted, *self.rejected]

    @property
    def people(self) -> int:
        """The number of people who would be told."""
        return len({talk.speaker_id for talk in self.talks})


@dataclass(frozen=True)
class Letter:
    """The mail that the speaker of `talk` would get, in the form for the template `desk/messages/message_mails.html`."""

    talk: Talk
    mails: list[dict[str, Any]]


def _letter(event: Event, talk: Talk, kind: str, at: datetime) -> Letter:
    """The mail in the language of its reader. All talks share the one `event`, so there is no query for each talk."""
    talk.event = event
    notification = Notification(kind=kind, recipient=talk.speaker)
    language = talk.speaker.language or settings.LANGUAGE_CODE
    with translation.override(language):
        content = KINDS[kind].compose(talk, notification, at)
    return Letter(talk, [{"language": language, "content": content}])


@require_POST
@for_event(Permission.DECIDE_TALKS)
def decision(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """`decision` is accept, reject or undecided; the speaker is not told yet. The view leads to the next proposal that waits."""
    talk = get_object_or_404(event.talks.select_related("event", "speaker"), pk=pk)
    wanted = request.POST.get("decision", "")
    if wanted not in {*Talk.Decision, UNDECIDED}:
        return HttpResponseBadRequest()
    try:
        stage_decision(talk=talk, decision="" if wanted == UNDECIDED else wanted, at=timezone.now(), by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("desk_talks", event.public_id)
    waiting = event.talks.filter(state=Talk.State.PROPOSED, staged="", pk__gte=pk).order_by("pk")
    following = waiting.values_list("pk", flat=True).first()
    place = f"talk-{following}" if following else "staged"
    return redirect(f"{reverse('desk_talks', args=[event.public_id])}#{place}")


@require_http_methods(["GET", "HEAD", "POST"])
@for_event(Permission.DECIDE_TALKS)
def decisions(request: DeskRequest, event: Event) -> HttpResponse:
    """GET shows who would be told what; with `?talk=` it shows one proposal. POST tells it.

    `decision` is a value such as `12:accept`, one for each talk. So people are told exactly what the page showed, even if another
    organizer has decided something else in the meantime.
    """
    if request.method == "POST":
        chosen = _chosen(request.POST.getlist("decision"))
        if not chosen:
            return HttpResponseBadRequest()
        try:
            released = release_decisions(event=event, decisions=chosen, at=timezone.now(), by=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            _say(request, released)
        return redirect("desk_talks", event.public_id)
    at = timezone.now()
    proposed = list(event.talks.filter(state=Talk.State.PROPOSED).select_related("speaker").order_by("pk"))
    one = request.GET.get("talk", "")
    shown = [talk for talk in proposed if not one or str(talk.pk) == one]
    context = event_page(
        request,
        event,
        current="desk_talks",
        at=at,
        staged=(staged := Staged.among(shown)),
        accepted=[_letter(event, talk, "talk_accepted", at) for talk in staged.accepted],
        rejected=[_letter(event, talk, "talk_rejected", at) for talk in staged.rejected],
        undecided=0 if one else sum(not talk.staged for talk in proposed),
    )
    return render(request, "desk/talks/decisions.html", context)


def _chosen(values: list[str]) -> Mapping[int, str]:
    """The decisions that the page showed, by talk; empty if one cannot be read."""
    chosen: dict[int, str] = {}
    for value in values:
        number, _colon, decided = value.partition(":")
        if not number.isascii() or not number.isdigit() or len(number) > 18 or decided not in set(Talk.Decision):
            return {}
        chosen[int(number)] = decided
    return chosen


def _say(request: DeskRequest, released: ReleasedDecisions) -> None:
    people = len({talk.speaker_id for talk in [*released.accepted, *released.rejected]})
    if people:
        done = ngettext("We’ll email %(count)s person.", "We’ll email %(count)s people.", people)
        messages.success(request, done % {"count": people})
    elif not released.left_out:
        messages.info(request, _("Everyone has already been notified."))
    for talk in released.left_out:
        messages.warning(
            request,
            _("“%(title)s” was left out: it has been withdrawn, edited or decided differently.")
            % {"title": talk.title},
        )
