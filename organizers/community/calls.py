"""Calls for speakers: of an event, and of a community that takes proposals all year."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from meetups.communities.models import Community
from meetups.communities.permissions import Permission
from meetups.core.zones import days_before, wall_at
from meetups.events.models import Event
from meetups.speakers.actions.calls.call_for_speakers import call_for_speakers, call_version
from meetups.speakers.actions.calls.close_call import close_call
from meetups.speakers.models import Call
from organizers.community.communities import community_page
from organizers.desk.access import DeskRequest, for_community, for_event
from organizers.desk.edits import Edit
from organizers.desk.fields import MarkdownField, WallField, instant_typed
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


# In the form, the deadline a day before the event.
EVE = "eve"
# So many days after the decision. Seven are the usual ones, with two reminders.
CONFIRM_DAYS = (2, 3, 5, 10, 14, 21)


class CallForm(StandingCallForm):
    """The talks that an event looks for, and the deadlines. The time is read on the event's clock."""

    until = WallField(
        label=gettext_lazy("Proposal deadline"),
        required=False,
        help_text=gettext_lazy("If blank: until the event starts. It moves with the event."),
    )

    confirm = forms.ChoiceField(
        label=gettext_lazy("Accepted speakers confirm"),
        required=False,
        help_text=gettext_lazy("You can set another deadline for one talk with your decision, or later."),
    )

    def __init__(self, *args: Any, event: Event, **options: Any) -> None:
        super().__init__(*args, **options)
        self.event = event
        confirm = self.fields["confirm"]
        assert isinstance(confirm, forms.ChoiceField)
        confirm.choices = confirm_choices()

    @property
    def closes_at(self) -> datetime | None:
        """The deadline as an instant; the form must be valid."""
        return instant_typed(self, "until", self.event.time_zone)

    @property
    def confirm_days(self) -> int | None:
        """How many days after the decision speakers confirm; the form must be valid."""
        chosen = self.cleaned_data["confirm"]
        return int(chosen) if chosen and chosen != EVE else None

    @property
    def confirm_eve(self) -> bool:
        """Whether they confirm until a day before the event; the form must be valid."""
        return bool(self.cleaned_data["confirm"] == EVE)


def confirm_choices() -> list[tuple[str, str]]:
    """What the deadline to confirm can be, in the active language."""
    days = [
        (str(count), ngettext("within %(count)s day", "within %(count)s days", count) % {"count": count})
        for count in CONFIRM_DAYS
    ]
    return [("", _("within 7 days (as usual)")), *days, (EVE, _("until a day before the event"))]


def confirm_typed(call: Call | None) -> str:
    """The deadline to confirm as the form shows it."""
    if call and call.confirm_eve:
        return EVE
    return str(call.confirm_days) if call and call.confirm_days else ""


@require_http_methods(["GET", "HEAD", "POST"])
@for_event(Permission.DECIDE_TALKS)
def of_event(request: DeskRequest, event: Event) -> HttpResponse:
    """The call of an event: it can be opened, changed and opened again. With `close` it ends now."""
    call = Call.objects.filter(event=event).first()
    if request.method == "POST" and "close" in request.POST:
        return _close(request, call, back=redirect("desk_talks", event.public_id))
    form = CallForm(
        request.POST if request.method == "POST" else None, event=event, initial=_typed(event, call, at=request.at)
    )
    edit = Edit(request, form, call_version(call))
    if edit.succeeds(
        lambda: call_for_speakers(
            community=event.community,
            event=event,
            text=form.cleaned_data["text"],
            closes_at=form.closes_at,
            confirm_days=form.confirm_days,
            confirm_eve=form.confirm_eve,
            seen=request.POST.get("seen"),
            at=request.at,
            by=request.user,
        )
    ):
        messages.success(request, _("The call for speakers is open."))
        return redirect("desk_talks", event.public_id)
    if edit.is_overtaken:
        call = Call.objects.filter(event=event).first()
        edit.compare(_typed(event, call, at=request.at), call_version(call))
    context = event_page(
        request,
        event,
        current="desk_talks",
        form=form,
        edit=edit,
        call=call,
        is_open=call is not None and call.is_open(request.at),
        can_open=not event.is_cancelled and request.at < event.starts_at,
    )
    return render(request, "desk/talks/call.html", context, status=edit.status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_community(Permission.DECIDE_TALKS)
def of_community(request: DeskRequest, community: Community) -> HttpResponse:
    """The standing call of a community: it can be opened, changed and opened again. With `close` it ends now."""
    call = Call.objects.filter(community=community, event=None).first()
    if request.method == "POST" and "close" in request.POST:
        return _close(request, call, back=redirect("desk_proposals", community.slug))
    form = StandingCallForm(
        request.POST if request.method == "POST" else None, initial={"text": call.text if call else ""}
    )
    edit = Edit(request, form, call_version(call))
    if edit.succeeds(
        lambda: call_for_speakers(
            community=community,
            event=None,
            text=form.cleaned_data["text"],
            closes_at=None,
            seen=request.POST.get("seen"),
            at=request.at,
            by=request.user,
        )
    ):
        messages.success(request, _("The call for speakers is open."))
        return redirect("desk_proposals", community.slug)
    if edit.is_overtaken:
        call = Call.objects.filter(community=community, event=None).first()
        edit.compare({"text": call.text if call else ""}, call_version(call))
    context = {
        **community_page(request, community, current="desk_proposals"),
        "form": form,
        "edit": edit,
        "call": call,
        "is_open": call is not None and call.is_open(request.at),
    }
    return render(request, "desk/community/standing_call.html", context, status=edit.status)


def _close(request: DeskRequest, call: Call | None, *, back: HttpResponse) -> HttpResponse:
    if call:
        close_call(call=call, at=request.at, by=request.user)
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
    wall = wall_at(closes_at, event.time_zone) if closes_at else None
    return {"text": call.text if call else "", "until": wall, "confirm": confirm_typed(call)}
