"""The pages that copy an event to other days and show what came along."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.core.ids import public_id
from meetups.core.texts.safe_text import validate_visible
from meetups.events.models import Event
from meetups.events.undo import mail_leaves_at
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.actions.copy_event import copy_event
from meetups.lifecycle.actions.drafts.publish_copies import publish_copies
from meetups.lifecycle.copies.copied_parts import LEFT_OUT
from meetups.lifecycle.copies.next_title import number_of
from meetups.lifecycle.visibility import asked_for_news
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.undo_bar import undo_bar
from organizers.event.copies.came_along import came_along, parts_of_both
from organizers.event.copies.days import calendar_page, chosen_days, others_by_day, planned_copies
from organizers.event.copies.to_look_at import to_look_at


class TitleForm(forms.Form):
    """The title of a copy: the one thing that nearly always changes. It is sent with the buttons that publish."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=120,
        validators=[validate_visible],
        widget=forms.TextInput(attrs={"form": "copied-publish"}),
    )


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def copy(request: DeskRequest, event: Event) -> HttpResponse:
    """The days are chosen on a calendar. `intent` is `make`; anything else shows the drafts that would be made, and saves nothing."""
    chosen = chosen_days(request.POST.getlist("day"))
    if request.POST.get("intent") != "make":
        return _days_page(request, event, chosen)
    try:
        drafts = copy_event(
            source=event,
            days=chosen,
            request=request.POST.get("once", "")[:40] or public_id(),
            at=request.at,
            by=request.user,
        )
    except DomainError as refusal:
        return _days_page(request, event, chosen, refusal=str(refusal), status=refusal.status)
    return redirect("desk_event_copied", drafts[0].public_id)


def _days_page(
    request: DeskRequest, event: Event, chosen: list[Any], *, refusal: str = "", status: int = 200
) -> HttpResponse:
    others = others_by_day(request.user, event, request.at)
    context = {
        "community": event.community,
        "source": event,
        "number": number_of(event.title),
        "calendar": calendar_page(event, request.at, chosen, others),
        "planned": planned_copies(event, chosen, others),
        "once": request.POST.get("once", "")[:40] or public_id(),
        "refusal": refusal,
    }
    template = "desk/event/copies/event_copy.html"
    if request.htmx and request.method == "POST" and not refusal:
        template += "#drafts"
    return render(request, template, context, status=status)


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def copied(request: DeskRequest, event: Event) -> HttpResponse:
    """What came along, what to look at, and the button that publishes. `intent` is `publish`, `publish-all` (those made
    together) or `title`. Each saves the title that was typed.

    Once the copy is published, or is no copy, its own page says more.
    """
    if event.state != Event.State.DRAFT or event.copied_from is None:
        return redirect("desk_event", event.public_id)
    if request.method != "POST":
        return _sheet(request, event, event.copied_from, TitleForm(initial={"title": event.title}))
    form = TitleForm({"title": request.POST.get("title", event.title)})
    if not form.is_valid():
        return _sheet(request, event, event.copied_from, form, status=422)
    if form.cleaned_data["title"] != event.title:
        event = change_event(event=event, fields=form.cleaned_data, at=request.at, by=request.user).event
    drafts = {"publish": [event], "publish-all": [one for one in _together(event) if one.state == Event.State.DRAFT]}
    copies = drafts.get(request.POST.get("intent", ""))
    return _publish(request, event, copies) if copies else redirect("desk_event_copied", event.public_id)


def _publish(request: DeskRequest, event: Event, copies: list[Event]) -> HttpResponse:
    """The next sheet of the same copying follows, if there is one. What was done stands in the bar, where it can be undone."""
    try:
        published = publish_copies(copies=copies, at=request.at, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("desk_event_copied", event.public_id)
    if len(published) > 1:
        words = ngettext("%(count)d event is published.", "%(count)d events are published.", len(published))
        messages.success(request, words % {"count": len(published)})
    else:
        messages.success(request, _("Published. Share the link to the event page."))
    following = next((one for one in _together(event) if one.state == Event.State.DRAFT), None)
    return redirect("desk_event_copied", following.public_id) if following else redirect("desk_event", event.public_id)


def _together(event: Event) -> list[Event]:
    """The copies that were made with `event`, in the order of their days."""
    made = Event.objects.filter(copied_from=event.copied_from_id, created_at=event.created_at)
    return list(made.order_by("starts_at", "pk"))


def _sheet(
    request: DeskRequest, event: Event, source: Event, form: TitleForm, *, status: int = 200
) -> HttpResponse | HttpResponseRedirect:
    there, here = parts_of_both(source, event)
    day = event.starts_at.astimezone(event.zone).date()
    days = (day - source.starts_at.astimezone(event.zone).date()).days
    same_day = [title for title in others_by_day(request.user, event, request.at).get(day, []) if title != event.title]
    together = _together(event)
    public = [one for one in together if one.is_published]
    undone = max(public, key=lambda one: one.published_at or request.at, default=None)
    context = {
        "community": event.community,
        "copy": event,
        "source": source,
        "was": number_of(source.title),
        "became": number_of(event.title),
        "weeks": 0 if days % 7 else max(days // 7, 0),
        "before": number_of(source.title) or _("the last one"),
        "together": together,
        "drafts": [one for one in together if one.state == Event.State.DRAFT],
        "waits": mail_leaves_at(event.starts_at, at=request.at) > request.at,
        "undone": undone,
        "undo": undo_bar(undone, request.grants, at=request.at) if undone else None,
        "looks": to_look_at(there, here, same_day=same_day, at=request.at),
        "lines": came_along(there, here),
        "left_out": [str(one.said) for one in LEFT_OUT if one.said],
        "readers": asked_for_news(event).count(),
        "opens_later": event.opens_later(request.at),
        "form": form,
    }
    return render(request, "desk/event/copies/event_copied.html", context, status=status)
