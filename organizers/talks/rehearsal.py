"""The rehearsal of an event: it is added, moved, or given another link."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import URLValidator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from meetups.communities.permissions import Permission
from meetups.core.zones import days_before, instant_at, wall_at
from meetups.events.models import Event
from meetups.lifecycle.actions.remove_rehearsal import remove_rehearsal
from meetups.lifecycle.actions.set_rehearsal import rehearsal_version, set_rehearsal
from meetups.lifecycle.rehearsal_people import RehearsalPerson, rehearsal_people
from meetups.speakers.models import Presence, Rehearsal
from meetups.speakers.readiness import has_begun, seen_at
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import Edit
from organizers.desk.fields import WallField
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown


class RehearsalForm(forms.Form):
    """Time and place; times are read on the clock of `event`. A new rehearsal defaults to the evening before, 20:00–21:00."""

    starts = WallField(label=gettext_lazy("Start"))
    ends = WallField(label=gettext_lazy("End"), attrs={"data-follows": "id_starts", "data-minutes": "60"})
    join_url = forms.URLField(
        label=gettext_lazy("Link for the rehearsal"),
        max_length=300,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https", "http"])],
        help_text=gettext_lazy("Sent to those who belong to the rehearsal only."),
    )

    def __init__(self, *args: Any, event: Event, rehearsal: Rehearsal | None, **options: Any) -> None:
        options["initial"] = typed(event, rehearsal)
        super().__init__(*args, **options)
        self.event = event

    def clean(self) -> dict[str, Any]:
        """Adds `starts_at` and `ends_at` (UTC)."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("starts") and cleaned.get("ends"):
            cleaned["starts_at"] = self._instant(cleaned["starts"])
            cleaned["ends_at"] = self._instant(cleaned["ends"])
            if cleaned["ends_at"] <= cleaned["starts_at"]:
                self.add_error("ends", _("It would end before it starts. Choose a later end."))
        return cleaned

    def _instant(self, wall: datetime) -> datetime:
        return instant_at(wall, self.event.time_zone)


def typed(event: Event, rehearsal: Rehearsal | None) -> dict[str, Any]:
    """The rehearsal as the form shows it, or a usual one."""
    usual = days_before(event.starts_at, 1, time(20), event.time_zone)
    starts_at = rehearsal.starts_at if rehearsal else usual
    ends_at = rehearsal.ends_at if rehearsal else usual + timedelta(hours=1)
    return {
        "starts": wall_at(starts_at, event.time_zone),
        "ends": wall_at(ends_at, event.time_zone),
        "join_url": rehearsal.join_url if rehearsal else event.join_url,
    }


@dataclass(frozen=True)
class RehearsalRow:
    """A person who is expected: when they were seen there, and whether all details of their talks are still empty."""

    expected: RehearsalPerson
    presence: Presence | None
    is_blank: bool

    @property
    def why(self) -> str:
        """The reason in one line: talks, shifts, or that the person is an organizer."""
        titles = [talk.title for talk in self.expected.talks]
        team = [_("Organizer")] if self.expected.organizes and not titles else []
        return " · ".join([*titles, *(shift.title for shift in self.expected.shifts), *team])


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def rehearsal(request: DeskRequest, event: Event) -> HttpResponse:
    """The expected people and those who were seen, with time and place. The form says in advance how many people are told."""
    planned = Rehearsal.objects.filter(event=event).first()
    people = rehearsal_people([event])
    form = RehearsalForm(request.POST if request.method == "POST" else None, event=event, rehearsal=planned)
    edit = Edit(request, form, rehearsal_version(planned))
    if edit.succeeds(
        lambda: set_rehearsal(
            event=event,
            starts_at=form.cleaned_data["starts_at"],
            ends_at=form.cleaned_data["ends_at"],
            join_url=form.cleaned_data["join_url"],
            seen=request.POST.get("seen"),
            at=request.at,
            by=request.user,
        )
    ):
        messages.success(request, _("Saved."))
        return redirect("desk_rehearsal" if planned else "desk_event", event.public_id)
    if edit.is_overtaken:
        planned = Rehearsal.objects.filter(event=event).first()
        edit.compare(typed(event, planned), rehearsal_version(planned))
    context = event_page(
        request,
        event,
        current="desk_rehearsal",
        form=form,
        edit=edit,
        rehearsal=planned,
        has_begun=planned is not None and planned.starts_at <= request.at,
        told=_told(people, request) if event.is_published else 0,
        can_change=not event.is_cancelled and not event.is_over(request.at),
        **(_rows(event, people) if planned else {}),
    )
    return render(request, "desk/talks/rehearsal.html", context, status=edit.status)


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def removal(request: DeskRequest, event: Event) -> HttpResponse:
    """Asks once, with the number of people who are told. Then cancels the rehearsal."""
    planned = Rehearsal.objects.filter(event=event).first()
    if request.method != "POST":
        if planned is None:
            return redirect("desk_rehearsal", event.public_id)
        told = _told(rehearsal_people([event]), request) if event.is_published and planned.starts_at > request.at else 0
        context = event_page(request, event, current="desk_rehearsal", rehearsal=planned, told=told)
        return render(request, "desk/talks/rehearsal_removal.html", context)
    with refusals_shown(request):
        if remove_rehearsal(event=event, at=request.at, by=request.user):
            messages.success(request, _("The rehearsal is canceled."))
    return redirect("desk_event", event.public_id)


def _told(people: list[RehearsalPerson], request: DeskRequest) -> int:
    """The number of other people who are told about the reader's change."""
    return sum(one.person != request.user for one in people)


def _rows(event: Event, people: list[RehearsalPerson]) -> dict[str, Any]:
    seen = seen_at(event)
    rows = [
        RehearsalRow(
            one,
            seen.get((one.person.pk, Presence.Occasion.REHEARSAL)),
            bool(one.talks) and not any(has_begun(talk, one.person) for talk in one.talks),
        )
        for one in people
    ]
    return {"rows": rows, "seen": sum(row.presence is not None for row in rows)}
