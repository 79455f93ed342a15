"""The pages on which organizers write the teardown list of an event (RULES 78). They work without scripts."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from meetups.communities.permissions import Permission
from meetups.core.texts.safe_text import validate_visible
from meetups.events.models import Event
from meetups.volunteers.actions.teardown.add_chore import add_chore
from meetups.volunteers.actions.teardown.change_chore import change_chore, chore_version
from meetups.volunteers.actions.teardown.copy_chores import copy_chores
from meetups.volunteers.actions.teardown.move_chore import move_chore
from meetups.volunteers.actions.teardown.remove_chore import remove_chore
from meetups.volunteers.actions.teardown.write_usual_chores import write_usual_chores
from meetups.volunteers.models import Chore
from meetups.volunteers.teardown_list import ChoreLine, earlier_lists, list_is_open, photos_of
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import Edit, SentForm
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown
from organizers.shifts.room_photos import photos_added

PLACES = {"up": -1, "down": 1}
EARLIER = 5


class ChoreForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("What"), max_length=120, validators=[validate_visible])
    detail = forms.CharField(
        label=gettext_lazy("How and where"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    sort = forms.ChoiceField(
        label=pgettext_lazy("chore", "Kind"),
        choices=Chore.Sort.choices,
        initial=Chore.Sort.DO,
        widget=forms.RadioSelect,
    )

    def line(self) -> ChoreLine:
        """The typed values; each text is one paragraph."""
        typed = self.cleaned_data
        return ChoreLine(Chore.Sort(typed["sort"]), " ".join(typed["text"].split()), " ".join(typed["detail"].split()))


@require_http_methods(["GET", "POST"])
@for_event(Permission.MANAGE_SHIFTS)
def teardown(request: DeskRequest, event: Event) -> HttpResponse:
    """The list with the actions for each line, the photos, and a form for a new line."""
    form = ChoreForm(request.POST if request.method == "POST" else None)
    sent = SentForm(form)
    if sent.succeeds(lambda: add_chore(event=event, line=form.line(), at=request.at, by=request.user)):
        if sent.result:
            messages.success(request, _("Item added."))
        else:
            messages.info(request, _("This item is already on the list."))
        return redirect("desk_teardown", event.public_id)
    context = event_page(
        request,
        event,
        current="desk_teardown",
        form=form,
        photos=photos_of(event),
        earlier=list(earlier_lists(event)[:EARLIER]),
        **_lists(event),
        may_write=list_is_open(event, request.at),
    )
    return render(request, "desk/shifts/teardown.html", context, status=sent.status)


def _lists(event: Event) -> dict[str, Any]:
    """The lines by their kind. One query."""
    lines = list(Chore.objects.filter(event=event).in_order())
    sorts = ((sort.label, [one for one in lines if one.sort == sort]) for sort in Chore.Sort)
    return {"lists": [(label, of_sort) for label, of_sort in sorts if of_sort]}


@require_POST
@for_event(Permission.MANAGE_SHIFTS)
def usual(request: DeskRequest, event: Event) -> HttpResponse:
    with refusals_shown(request):
        added = write_usual_chores(event=event, at=request.at, by=request.user)
        messages.success(request, _lines_added(added))
    return redirect("desk_teardown", event.public_id)


@require_POST
@for_event(Permission.MANAGE_SHIFTS)
def copy(request: DeskRequest, event: Event) -> HttpResponse:
    """Copies lines and photos of the event with the public id `source`."""
    source = get_object_or_404(earlier_lists(event), public_id=request.POST.get("source", ""))
    with refusals_shown(request):
        lines, photos = copy_chores(event=event, source=source, at=request.at, by=request.user)
        messages.success(request, f"{_lines_added(lines)} {photos_added(photos) if photos else ''}".strip())
    return redirect("desk_teardown", event.public_id)


def _lines_added(count: int) -> str:
    return ngettext("%(count)s item added.", "%(count)s items added.", count) % {"count": count}


@require_http_methods(["GET", "POST"])
@for_event(Permission.MANAGE_SHIFTS)
def chore(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """The text of one line."""
    line = get_object_or_404(Chore.objects.select_related("event"), event=event, pk=pk)
    form = ChoreForm(request.POST if request.method == "POST" else None, initial=_typed(line))
    edit = Edit(request, form, chore_version(line))
    if edit.succeeds(
        lambda: change_chore(
            chore=line, line=form.line(), seen=request.POST.get("seen"), at=request.at, by=request.user
        )
    ):
        messages.success(request, _("Saved."))
        return redirect("desk_teardown", event.public_id)
    if edit.is_overtaken:
        line.refresh_from_db()
        edit.compare(_typed(line), chore_version(line))
    context = event_page(request, event, current="desk_teardown", form=form, edit=edit, chore=line)
    return render(request, "desk/shifts/teardown_chore.html", context, status=edit.status)


def _typed(line: Chore) -> dict[str, Any]:
    return {"sort": line.sort, "text": line.text, "detail": line.detail}


@require_POST
@for_event(Permission.MANAGE_SHIFTS)
def place(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Moves a line one place `up` or `down`."""
    line = get_object_or_404(Chore.objects.select_related("event"), event=event, pk=pk)
    by_places = PLACES.get(request.POST.get("move", ""))
    if by_places is None:
        return HttpResponseBadRequest()
    with refusals_shown(request):
        move_chore(chore=line, by_places=by_places, at=request.at, by=request.user)
        if request.htmx:
            context = {"event": event, **_lists(event), "may_write": list_is_open(event, request.at)}
            return render(request, "desk/shifts/teardown.html#lines", context)
    return redirect("desk_teardown", event.public_id)


@require_POST
@for_event(Permission.MANAGE_SHIFTS)
def removal(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Removes a line from the list."""
    line = get_object_or_404(Chore.objects.select_related("event"), event=event, pk=pk)
    with refusals_shown(request):
        remove_chore(chore=line, at=request.at, by=request.user)
        messages.success(request, _("“%(line)s” removed from the list.") % {"line": line.text})
    return redirect("desk_teardown", event.public_id)
