"""The organizers' decisions about proposals. First everything is decided, then all speakers are told together."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.core.zones import instant_at
from meetups.events.models import Event
from meetups.notifications.email_registry import KINDS
from meetups.notifications.models import Notification
from meetups.speakers.actions.talks.release_decisions import ReleasedDecisions, release_decisions
from meetups.speakers.actions.talks.stage_decision import stage_decision, stage_decisions
from meetups.speakers.actions.talks.write_reply import write_reply
from meetups.speakers.deadlines import DeadlineIsNotAhead, deadline_of
from meetups.speakers.models import Call, Talk
from meetups.speakers.talk_states import reply_version
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import Edit
from organizers.desk.fields import WallField
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown
from organizers.talks.reply_form import AcceptanceForm, acceptance_typed

UNDECIDED = "undecided"
# The longest note to a speaker. The fields do not take more.
MOST = 500


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
    # Of note and deadline, as they are stored.
    note_version: str
    mails: list[dict[str, Any]]


def _letter(talk: Talk, kind: str, at: datetime) -> Letter:
    """The mail in the language of its reader. All talks share the one `event`, so there is no query for each talk."""
    notification = Notification(kind=kind, recipient=talk.speaker)
    language = talk.speaker.language or settings.LANGUAGE_CODE
    with translation.override(language):
        content = KINDS[kind].compose(talk, notification, at)
    return Letter(talk, reply_version(talk), [{"language": language, "content": content}])


def _accepted(event: Event, talk: Talk, call: Call | None, at: datetime) -> Letter:
    """The mail that says that the talk is accepted, with the deadline that it would have now."""
    seen = reply_version(talk)
    talk.accepted_at, talk.confirm_by = at, deadline_of(talk, call, event, at)
    return replace(_letter(talk, "talk_accepted", at), note_version=seen)


@require_POST
@for_event(Permission.DECIDE_TALKS)
def decision(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """`decision` is accept, reject or undecided; the speaker is not told yet. The view leads to the next proposal that waits."""
    talk = get_object_or_404(event.talks.select_related("event", "speaker"), pk=pk)
    wanted = request.POST.get("decision", "")
    if wanted not in {*Talk.Decision, UNDECIDED}:
        return HttpResponseBadRequest()
    reply = _note(request, pk)
    if reply is not None and len(reply) > MOST:
        return HttpResponseBadRequest()
    decided = "" if wanted == UNDECIDED else wanted
    try:
        until = _until(request, f"until-{pk}", event)
        stage_decision(talk=talk, decision=decided, reply=reply, confirm_by=until, at=request.at, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("desk_talks", event.public_id)
    waiting = event.talks.filter(state=Talk.State.PROPOSED, staged="", pk__gte=pk).order_by("pk")
    following = waiting.values_list("pk", flat=True).first()
    place = f"talk-{following}" if following else "staged"
    return redirect(f"{reverse('desk_talks', args=[event.public_id])}#{place}")


@require_POST
@for_event(Permission.DECIDE_TALKS)
def selected(request: DeskRequest, event: Event) -> HttpResponse:
    """Decides alike about the ticked proposals (`pk`).

    A note for all (`reply`) is written to those without one of their own, and a deadline for all (`until`) holds for them.
    """
    back = redirect(f"{reverse('desk_talks', args=[event.public_id])}#staged")
    chosen = [int(pk) for pk in request.POST.getlist("pk") if pk.isascii() and pk.isdigit() and len(pk) <= 18]
    for_all = request.POST.get("reply", "").replace("\r\n", "\n").strip()
    talks = {pk: _note(request, pk) or for_all or None for pk in chosen}
    if not chosen or request.POST.get("decision") not in set(Talk.Decision):
        messages.error(request, _("Select the proposals first."))
        return back
    if any(reply and len(reply) > MOST for reply in talks.values()):
        return HttpResponseBadRequest()
    decided = Talk.Decision(request.POST["decision"])
    try:
        for_each = _until(request, "until", event)
        deadlines = {pk: _until(request, f"until-{pk}", event) or for_each for pk in chosen}
        done, left_out = stage_decisions(
            event=event, talks=talks, decision=decided, deadlines=deadlines, at=request.at, by=request.user
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return back
    if done:
        said = ngettext(
            "%(count)s proposal decided. No one is notified yet.",
            "%(count)s proposals decided. No one is notified yet.",
            len(done),
        )
        messages.success(request, said % {"count": len(done)})
    _say_left_out(request, left_out)
    return back


def _note(request: DeskRequest, pk: int) -> str | None:
    """The note to the speaker of one proposal; None where the form has no field for it."""
    typed = request.POST.get(f"reply-{pk}")
    return None if typed is None else typed.replace("\r\n", "\n").strip()


def _until(request: DeskRequest, name: str, event: Event) -> datetime | None:
    """The deadline in this field. Raises DeadlineIsNotAhead where it cannot be read."""
    try:
        wall = WallField(required=False).clean(request.POST.get(name, ""))
        return instant_at(wall, event.time_zone) if wall else None
    except ValidationError as unread:
        raise DeadlineIsNotAhead from unread


@require_http_methods(["GET", "HEAD", "POST"])
@for_event(Permission.DECIDE_TALKS)
def note(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """The note that goes with the decision about one proposal, and its deadline."""
    talk = get_object_or_404(event.talks.select_related("event", "speaker"), pk=pk)
    form = AcceptanceForm(request.POST if request.method == "POST" else None, talk=talk)
    edit = Edit(request, form, reply_version(talk))
    if edit.succeeds(
        lambda: write_reply(
            talk=talk,
            reply=form.cleaned_data["reply"],
            confirm_by=form.confirm_by,
            seen=request.POST.get("seen"),
            at=request.at,
            by=request.user,
        ),
        beside=lambda refusal: "until" if isinstance(refusal, DeadlineIsNotAhead) else None,
    ):
        messages.success(request, _("Saved."))
        return redirect("desk_decisions" if talk.staged else "desk_talks", event.public_id)
    if edit.is_overtaken:
        talk.refresh_from_db()
        edit.compare(acceptance_typed(talk), reply_version(talk))
    context = event_page(request, event, current="desk_talks", talk=talk, form=form, edit=edit)
    return render(request, "desk/talks/one/talk_note.html", context, status=edit.status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_event(Permission.DECIDE_TALKS)
def decisions(request: DeskRequest, event: Event) -> HttpResponse:
    """GET shows who would be told what; with `?talk=` it shows one proposal. POST tells it.

    `decision` is a value such as `12:accept`, one for each talk, and `note` one such as `12:3f…`, the version of its note. So people are told exactly what the page showed, even if another
    organizer has decided something else in the meantime.
    """
    if request.method == "POST":
        chosen = _chosen(request.POST.getlist("decision"))
        if not chosen:
            return HttpResponseBadRequest()
        with refusals_shown(request):
            released = release_decisions(
                event=event,
                decisions=chosen,
                replies=_read(request.POST.getlist("note")),
                at=request.at,
                by=request.user,
            )
            _say(request, released)
        return redirect("desk_talks", event.public_id)
    found = event.talks.filter(state=Talk.State.PROPOSED).select_related("speaker", "event__call")
    proposed = list(found.order_by("pk"))
    call: Call | None = getattr(proposed[0].event, "call", None) if proposed else None
    one = request.GET.get("talk", "")
    shown = [talk for talk in proposed if not one or str(talk.pk) == one]
    for talk in shown:
        talk.event = event
    context = event_page(
        request,
        event,
        current="desk_talks",
        staged=(staged := Staged.among(shown)),
        accepted=[_accepted(event, talk, call, request.at) for talk in staged.accepted],
        rejected=[_letter(talk, "talk_rejected", request.at) for talk in staged.rejected],
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


def _read(values: list[str]) -> Mapping[int, str]:
    """The versions of the notes that the page showed, by talk."""
    parts = [value.partition(":") for value in values]
    return {int(pk): seen for pk, _colon, seen in parts if pk.isascii() and pk.isdigit() and len(pk) <= 18}


def _say(request: DeskRequest, released: ReleasedDecisions) -> None:
    people = len({talk.speaker_id for talk in [*released.accepted, *released.rejected]})
    if people:
        done = ngettext("We’ll email %(count)s person.", "We’ll email %(count)s people.", people)
        messages.success(request, done % {"count": people})
    elif not released.left_out:
        messages.info(request, _("Everyone has already been notified."))
    _say_left_out(request, released.left_out)


def _say_left_out(request: DeskRequest, talks: list[Talk]) -> None:
    for talk in talks:
        messages.warning(
            request,
            _("“%(title)s” was left out: it has been withdrawn, edited or decided differently.")
            % {"title": talk.title},
        )
