"""The page of one talk: where it stands, and the steps that are possible: remind, set a deadline, take back, reopen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from meetups.communities.permissions import Permission
from meetups.core.texts.names import set_apart, with_names
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.speakers.actions.talks.remind_to_confirm import remind_speaker
from meetups.speakers.actions.talks.reopen_talk import reopen_talk
from meetups.speakers.actions.talks.set_deadline import deadline_version, set_deadline
from meetups.speakers.actions.talks.take_back_talk import take_back_talk
from meetups.speakers.models import Talk
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import Edit
from organizers.desk.fields import WallField, instant_typed
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown
from organizers.desk.seat_fallback import where_a_speakers_seat_goes
from organizers.history.history_words import WORDS, told
from organizers.talks.reply_form import ReplyForm

State = Talk.State
TONES = {
    State.PROPOSED: "waiting",
    State.ACCEPTED: "waiting",
    State.CONFIRMED: "certain",
    State.REJECTED: "over",
    State.WITHDRAWN: "over",
}


class DeadlineForm(forms.Form):
    """Until when the speaker may confirm, on the event's clock."""

    until = WallField(label=gettext_lazy("Deadline to confirm"), required=False)

    def __init__(self, sent: QueryDict | None, *, talk: Talk) -> None:
        super().__init__(sent, initial=deadline_typed(talk))
        self.talk = talk

    @property
    def confirm_by(self) -> datetime | None:
        """The deadline as an instant; the form must be valid."""
        return instant_typed(self, "until", self.talk.event.time_zone)


def deadline_typed(talk: Talk) -> dict[str, Any]:
    """The deadline as the form shows it."""
    by = talk.confirm_by
    return {"until": by.astimezone(talk.event.zone).replace(tzinfo=None) if by else None}


@dataclass(frozen=True)
class TalkStanding:
    """Where a talk stands at `at`, in words and as what can be done now."""

    talk: Talk
    at: datetime

    @property
    def tone(self) -> str:
        return "late" if self.is_late else TONES[State(self.talk.state)]

    @property
    def is_late(self) -> bool:
        """Whether the speaker of an accepted talk has let the deadline pass."""
        return self.talk.state == State.ACCEPTED and self.talk.answer_by <= self.at

    @property
    def sentence(self) -> str:
        match self.talk.state:
            case State.PROPOSED:
                return _("Under review. You decide on the list of talks.")
            case State.ACCEPTED if self.is_late:
                return _("Accepted. The speaker let the deadline pass.")
            case State.ACCEPTED:
                return _("Accepted. The speaker hasn’t confirmed yet.")
            case State.CONFIRMED if self.talk.by_hand:
                return _("Added by hand and on the program. Its speaker has no account here.")
            case State.CONFIRMED:
                return _("Confirmed and on the program.")
            case State.REJECTED:
                return _("Declined.")
            case _:
                return _("The speaker withdrew it.")

    @property
    def is_ahead(self) -> bool:
        return self.talk.event.is_published and self.at < self.talk.event.starts_at

    @property
    def can_remind(self) -> bool:
        return self.is_ahead and self.talk.can_be_reminded(self.at)

    @property
    def can_set_deadline(self) -> bool:
        return self.is_ahead and self.talk.state == State.ACCEPTED

    @property
    def can_take_back(self) -> bool:
        coming = self.talk.state in (State.ACCEPTED, State.CONFIRMED)
        return coming and not self.talk.by_hand and self.talk.event.is_open(self.at)

    @property
    def can_reopen(self) -> bool:
        return self.is_ahead and self.talk.state == State.REJECTED


@require_http_methods(["GET", "HEAD", "POST"])
@for_event(Permission.DECIDE_TALKS)
def talk(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """GET shows the talk. POST sets the deadline to confirm, or takes it away."""
    found = _talk(event, pk)
    form = DeadlineForm(request.POST if request.method == "POST" else None, talk=found)
    edit = Edit(request, form, deadline_version(found))
    if edit.succeeds(
        lambda: set_deadline(
            talk=found, confirm_by=form.confirm_by, seen=request.POST.get("seen"), at=request.at, by=request.user
        ),
        beside="until",
    ):
        messages.success(request, _("Saved."))
        return redirect("desk_talk", event.public_id, pk)
    if edit.is_overtaken:
        found = _talk(event, pk)
        edit.compare(deadline_typed(found), deadline_version(found))
    offer = found.offers.select_related("talk__event").order_by("-pk").first()
    entries = HistoryEntry.objects.filter(subject=found.subject, verb__in=WORDS).select_related("actor")
    context = event_page(
        request,
        event,
        current="desk_talks",
        talk=found,
        standing=TalkStanding(found, request.at),
        form=form,
        edit=edit,
        offer=offer,
        offer_is_open=offer is not None and offer.can_be_taken(request.at),
        happenings=told(event, entries.order_by("-pk")[:20]),
    )
    return render(request, "desk/talks/one/talk.html", context, status=edit.status)


@require_POST
@for_event(Permission.DECIDE_TALKS)
def reminder(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Reminds the speaker to confirm, once a day."""
    found = _talk(event, pk)
    told_now = with_names(_("We’ll remind %(name)s."), name=set_apart(found.speaker))
    return _step(request, found, lambda at: remind_speaker(talk=found, at=at, by=request.user), told_now)


@require_http_methods(["GET", "HEAD", "POST"])
@for_event(Permission.DECIDE_TALKS)
def end(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Says what becomes of the seat, asks for a note, then takes the acceptance back."""
    found = _talk(event, pk)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reply = form.cleaned_data["reply"]
        told_now = with_names(_("Done. We’ll email %(name)s."), name=set_apart(found.speaker))
        return _step(
            request, found, lambda at: take_back_talk(talk=found, reply=reply, at=at, by=request.user), told_now
        )
    context = event_page(
        request,
        event,
        current="desk_talks",
        talk=found,
        form=form,
        can_take_back=TalkStanding(found, request.at).can_take_back,
        seat=where_a_speakers_seat_goes(event, found, request.at),
    )
    return render(request, "desk/talks/one/talk_end.html", context, status=422 if form.errors else 200)


@require_POST
@for_event(Permission.DECIDE_TALKS)
def reopening(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Makes a declined talk a proposal again."""
    found = _talk(event, pk)
    told_now = with_names(_("Reopened. We’ll email %(name)s."), name=set_apart(found.speaker))
    return _step(request, found, lambda at: reopen_talk(talk=found, at=at, by=request.user), told_now)


def _talk(event: Event, pk: int) -> Talk:
    return get_object_or_404(event.talks.with_speakers().select_related("event__community", "speaker"), pk=pk)


def _step(request: DeskRequest, found: Talk, step: Callable[[datetime], object], told_now: str) -> HttpResponse:
    """Takes one step and shows the talk."""
    with refusals_shown(request):
        step(request.at)
        messages.success(request, told_now)
    return redirect("desk_talk", found.event.public_id, found.pk)
