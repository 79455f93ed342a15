"""Talks that organizers enter for people without an account: added, edited, deleted."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from meetups.communities.permissions import Permission
from meetups.core.texts.safe_text import validate_visible
from meetups.events.models import Event
from meetups.speakers.actions.talks.edit_talk import edit_talk
from meetups.speakers.actions.talks.enter_talk import enter_talk
from meetups.speakers.actions.talks.remove_talk import remove_talk
from meetups.speakers.models import Talk
from meetups.speakers.talk_states import TalkByHand, by_hand_of, by_hand_version
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import Edit, SentForm
from organizers.desk.fields import MarkdownField
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown


class TalkByHandForm(forms.Form):
    """Who speaks about what."""

    name = forms.CharField(
        label=gettext_lazy("Speaker’s name"),
        max_length=60,
        validators=[validate_visible],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Shown on the event page. Ask them first."),
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120, validators=[validate_visible])
    abstract = MarkdownField(label=gettext_lazy("Abstract"), max_length=5_000, required=False, rows=5)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=240, initial=20)
    bio = MarkdownField(label=gettext_lazy("About the speaker"), max_length=1_000, required=False, rows=3)

    @property
    def words(self) -> TalkByHand:
        """What was typed; the form must be valid."""
        return TalkByHand(**self.cleaned_data)


@require_http_methods(["GET", "HEAD", "POST"])
@for_event(Permission.DECIDE_TALKS)
def new(request: DeskRequest, event: Event) -> HttpResponse:
    """Adds a talk: it is on the program at once."""
    form = TalkByHandForm(request.POST if request.method == "POST" else None)
    sent = SentForm(form)
    if sent.succeeds(lambda: enter_talk(event=event, words=form.words, at=request.at, by=request.user)):
        messages.success(request, _("“%(title)s” is on the program.") % {"title": sent.result.title})
        return redirect("desk_talk", event.public_id, sent.result.pk)
    can_enter = not event.is_cancelled and not event.is_over(request.at)
    return _form_page(request, event, sent, can_enter=can_enter)


@require_http_methods(["GET", "HEAD", "POST"])
@for_event(Permission.DECIDE_TALKS)
def words(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Edits such a talk."""
    talk = _by_hand(event, pk)
    form = TalkByHandForm(request.POST if request.method == "POST" else None, initial=_typed(talk))
    edit = Edit(request, form, by_hand_version(talk))
    if edit.succeeds(
        lambda: edit_talk(talk=talk, words=form.words, seen=request.POST.get("seen"), at=request.at, by=request.user)
    ):
        messages.success(request, _("Saved."))
        return redirect("desk_talk", event.public_id, pk)
    if edit.is_overtaken:
        talk = _by_hand(event, pk)
        edit.compare(_typed(talk), by_hand_version(talk))
    return _form_page(request, event, edit, can_enter=True, talk=talk, edit=edit)


@require_http_methods(["GET", "HEAD", "POST"])
@for_event(Permission.DECIDE_TALKS)
def removal(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Asks once, then deletes the talk and the name of its speaker."""
    talk = _by_hand(event, pk)
    if request.method != "POST":
        context = event_page(request, event, current="desk_talks", talk=talk)
        return render(request, "desk/talks/one/talk_removal.html", context)
    with refusals_shown(request):
        remove_talk(talk=talk, at=request.at, by=request.user)
        messages.success(request, _("“%(title)s” is deleted.") % {"title": talk.title})
    return redirect("desk_talks", event.public_id)


def _by_hand(event: Event, pk: int) -> Talk:
    return get_object_or_404(event.talks.select_related("event", "speaker"), pk=pk, by_hand=True)


def _typed(talk: Talk) -> dict[str, Any]:
    return asdict(by_hand_of(talk))


def _form_page(
    request: DeskRequest,
    event: Event,
    sent: SentForm,
    *,
    can_enter: bool,
    talk: Talk | None = None,
    edit: Edit | None = None,
) -> HttpResponse:
    more = {"form": sent.form, "talk": talk, "edit": edit, "can_enter": can_enter}
    context = event_page(request, event, current="desk_talks", **more)
    return render(request, "desk/talks/one/talk_by_hand.html", context, status=sent.status)
