"""Calls for speakers: of an event, and of a community that takes proposals all year."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from meetups.communities.models import Community
from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.core.versions import ChangedMeanwhile
from meetups.core.zones import at_wall, days_before
from meetups.events.models import Event
from meetups.speakers.actions.calls.call_for_speakers import call_for_speakers, call_version
from meetups.speakers.actions.calls.close_call import close_call
from meetups.speakers.models import Call
from organizers.community.communities import community_page
from organizers.desk.access import DeskRequest, for_community, for_event
from organizers.desk.edits import edit_of, overtaken
from organizers.desk.fields import MarkdownField, WallField
from organizers.desk.frame import event_page

# So many days before an event, its organizers usually want to know who speaks.
USUAL_DAYS = 14


class StandingCallForm(forms.Form):
    """The talks that a community looks for."""

    text = MarkdownField(
        label=gettext_lazy("What you’re looking for"),
        max_length=5_000,
        required=False,
        rows=6,
        help_text=gettext_lazy("Markdown. Topics, length, audience; say that first-time speakers are welcome."),
    )


class CallForm(StandingCallForm):
    """The talks that an event looks for, and the deadline. The time is read on the event's clock."""

    until = WallField(
        label=gettext_lazy("Proposal deadline"),
        required=False,
        help_text=gettext_lazy("If blank: until the event starts. It moves with the event."),
    )

    def __init__(self, *args: Any, event: Event, **options: Any) -> None:
        super().__init__(*args, **options)
        self.event = event

    @property
    def closes_at(self) -> datetime | None:
        """The deadline as an instant; the form must be valid."""
        wall = self.cleaned_data["until"]
        return at_wall(wall.date(), wall.time(), self.event.time_zone) if wall else None


@require_http_methods(["GET", "HEAD", "POST"])
@for_event(Permission.DECIDE_TALKS)
def of_event(request: DeskRequest, event: Event) -> HttpResponse:
    """The call of an event: it can be opened, changed and opened again. With `close` it ends now."""
    at = timezone.now()
    call = Call.objects.filter(event=event).first()
    if request.method == "POST" and "close" in request.POST:
        return _close(request, call, back=redirect("desk_talks", event.public_id))
    form = CallForm(request.POST if request.method == "POST" else None, event=event, initial=_typed(event, call, at=at))
    edit = edit_of(request, call_version(call))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                call_for_speakers(
                    community=event.community,
                    event=event,
                    text=form.cleaned_data["text"],
                    closes_at=form.closes_at,
                    seen=request.POST.get("seen"),
                    at=at,
                    by=request.user,
                )
            except ChangedMeanwhile as refusal:
                call = Call.objects.filter(event=event).first()
                edit, status = overtaken(form, _typed(event, call, at=at), call_version(call)), refusal.status
            except DomainError as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
            else:
                messages.success(request, _("The call for speakers is open."))
                return redirect("desk_talks", event.public_id)
    context = event_page(
        request,
        event,
        current="desk_talks",
        at=at,
        form=form,
        edit=edit,
        call=call,
        is_open=call is not None and call.is_open(at),
        can_open=not event.is_cancelled and at < event.starts_at,
    )
    return render(request, "desk/talks/call.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_community(Permission.DECIDE_TALKS)
def of_community(request: DeskRequest, community: Community) -> HttpResponse:
    """The standing call of a community: it can be opened, changed and opened again. With `close` it ends now."""
    at = timezone.now()
    call = Call.objects.filter(community=community, event=None).first()
    if request.method == "POST" and "close" in request.POST:
        return _close(request, call, back=redirect("desk_proposals", community.slug))
    form = StandingCallForm(
        request.POST if request.method == "POST" else None, initial={"text": call.text if call else ""}
    )
    edit, status = edit_of(request, call_version(call)), 200
    if request.method == "POST" and form.is_valid():
        said = {"text": form.cleaned_data["text"], "closes_at": None, "seen": request.POST.get("seen")}
        try:
            call_for_speakers(community=community, event=None, **said, at=at, by=request.user)
        except ChangedMeanwhile as refusal:
            call = Call.objects.filter(community=community, event=None).first()
            there = {"text": call.text if call else ""}
            edit, status = overtaken(form, there, call_version(call)), refusal.status
        else:
            messages.success(request, _("The call for speakers is open."))
            return redirect("desk_proposals", community.slug)
    context = {
        **community_page(request, community, current="desk_proposals"),
        "form": form,
        "edit": edit,
        "call": call,
        "is_open": call is not None and call.is_open(at),
    }
    return render(request, "desk/community/standing_call.html", context, status=422 if form.errors else status)


def _close(request: DeskRequest, call: Call | None, *, back: HttpResponse) -> HttpResponse:
    if call:
        close_call(call=call, at=timezone.now(), by=request.user)
    messages.success(request, _("The call for speakers is closed. Proposals already received stay."))
    return back


def _typed(event: Event, call: Call | None, *, at: datetime) -> dict[str, Any]:
    """The call as the form shows it.

    Without a call it proposes the last minute of the day two weeks before the event, if that is in the future.
    """
    if call:
        closes_at = call.closes_at
    else:
        usual = days_before(event.starts_at, USUAL_DAYS, time(23, 59), event.time_zone)
        closes_at = usual if usual > at else None
    wall = closes_at.astimezone(event.zone).replace(tzinfo=None) if closes_at else None
    return {"text": call.text if call else "", "until": wall}
