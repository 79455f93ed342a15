"""The programme: talks and breaks in their order, with the resulting times.

It works without scripts. With scripts, moving and adding answer with the list alone.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from meetups.communities.permissions import Permission
from meetups.core import dates
from meetups.core.errors import DomainError
from meetups.core.texts.safe_text import validate_visible
from meetups.events.models import Event
from meetups.lifecycle.conflicts import conflicts
from meetups.speakers.actions.programme.add_break import add_break
from meetups.speakers.actions.programme.arrange_programme import arrange_programme
from meetups.speakers.models import Talk
from meetups.speakers.programme.items import ProgrammeItem, minutes_left, order_of
from meetups.speakers.programme.timetable import timetable
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page
from organizers.talks.usual_breaks import USUAL

STEPS = {"up": -1, "down": 1}


class BreakForm(forms.Form):
    """A new line that is not a talk."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=80, validators=[validate_visible])
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=480, initial=10)


@require_safe
@for_event(Permission.DECIDE_TALKS)
def programme(request: DeskRequest, event: Event) -> HttpResponse:
    """The timetable, the lines that do not fit in it, and the lines that can be added."""
    return _answer(request, event)


@require_POST
@for_event(Permission.DECIDE_TALKS)
def order(request: DeskRequest, event: Event) -> HttpResponse:
    """Puts the lines into the order of the form, or moves one line a step: `move` is its subject and `up` or `down`.

    If the form was made from an old list (`seen`), the answer is the present list.
    """
    lines, move = request.POST.getlist("line"), request.POST.get("move", "")
    wanted, moved = _moved(lines, move) if move else (lines, request.POST.get("moved", ""))
    if not wanted:
        return HttpResponseBadRequest()
    seen = request.POST.get("seen", "").split()
    try:
        arrange_programme(event=event, order=wanted, seen=seen, at=request.at, by=request.user)
    except DomainError as refusal:
        return _answer(request, event, refused=refusal)
    return _done(request, event, moved)


def _moved(lines: list[str], move: str) -> tuple[list[str], str]:
    """The order with one line moved a step, and its subject; an empty subject if `move` cannot be read.

    The first line does not go up, and the last does not go down.
    """
    subject, _space, direction = move.partition(" ")
    if subject not in lines or direction not in STEPS:
        return [], ""
    others = [line for line in lines if line != subject]
    place = max(0, lines.index(subject) + STEPS[direction])
    return [*others[:place], subject, *others[place:]], subject


@require_POST
@for_event(Permission.DECIDE_TALKS)
def breaks(request: DeskRequest, event: Event) -> HttpResponse:
    """Adds one of the usual lines at its usual place, or a typed line at the end."""
    usual = next((one for one in USUAL if one.name == request.POST.get("usual")), None)
    form = BreakForm(request.POST)
    line: dict[str, Any]
    if usual:
        line = {"title": usual.title(event), "minutes": usual.minutes, "place": usual.place(timetable(event))}
    elif form.is_valid():
        line = form.cleaned_data
    else:
        return _answer(request, event, form=form, status=422)
    try:
        new = add_break(event=event, **line, at=request.at, by=request.user)
    except DomainError as refusal:
        return _answer(request, event, refused=refusal, form=None if usual else form)
    return _done(request, event, new.subject)


def _done(request: DeskRequest, event: Event, subject: str) -> HttpResponse:
    """The present list, and a sentence about the new place of the line."""
    if request.htmx:
        return _answer(request, event, moved=subject)
    said = _said(event, timetable(event), subject)
    if said:
        messages.success(request, said)
    return redirect(f"{reverse('desk_programme', args=[event.public_id])}#{subject}")


def _said(event: Event, items: list[ProgrammeItem], subject: str) -> str:
    """A sentence about the place of the line, for the organizer who moved it and for screen readers."""
    for number, item in enumerate(items, start=1):
        if item.line.subject == subject:
            return _("“%(title)s” is number %(number)s of %(all)s, at %(time)s.") % {
                "title": item.line.title,
                "number": number,
                "all": len(items),
                "time": dates.clock(item.starts_at, event.time_zone, get_language() or "en"),
            }
    return ""


def _answer(
    request: DeskRequest,
    event: Event,
    *,
    moved: str = "",
    refused: DomainError | None = None,
    form: BreakForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or the list alone."""
    items = timetable(event)
    coming = event.talks.filter(state=Talk.State.ACCEPTED).with_speakers().order_by("accepted_at", "pk")
    unconfirmed = list(coming)
    needed, left = sum(talk.minutes for talk in unconfirmed), minutes_left(event, items)
    named = conflicts(event, items)
    context: dict[str, Any] = {
        "rows": [(item, named.get(item.line.subject, [])) for item in items],
        "unconfirmed": unconfirmed,
        "needed": needed,
        "lacking": max(0, needed - max(0, left)),
        "order": " ".join(order_of(items)),
        "end": items[-1].ends_at if items else None,
        "left": left,
        "over": -left,
        "has_talks": any(item.talk for item in items),
        "usual": USUAL,
        "form": form or BreakForm(),
        "may_change": not (event.is_cancelled or event.is_over(request.at)),
        "said": _said(event, items, moved),
        "moved": moved,
        "refused": str(refused) if refused else "",
        "label_minutes": pgettext("programme", " min"),
    }
    status = refused.status if refused else status
    if request.htmx:
        return render(
            request, "desk/talks/programme.html#timetable", {**context, "event": event, "swapped": True}, status=status
        )
    page = event_page(request, event, current="desk_programme", **context)
    return render(request, "desk/talks/programme.html", page, status=status)
