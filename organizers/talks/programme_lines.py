"""One line of the programme: its length and its notes for the MC."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from meetups.communities.permissions import Permission
from meetups.core.texts.safe_text import validate_visible
from meetups.core.versions import version
from meetups.events.models import Event
from meetups.speakers.actions.programme.change_break import change_break
from meetups.speakers.actions.programme.change_talk_line import change_talk_line
from meetups.speakers.actions.programme.remove_break import remove_break
from meetups.speakers.models import Break, Talk
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import Edit
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown


class ProgrammeLineForm(forms.Form):
    """Length and notes.

    Each field carries its initial value, so only fields that were changed here are saved, and compared with what is stored: another
    organizer may edit another field of the same line.
    """

    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=240, show_hidden_initial=True)
    note = forms.CharField(
        label=gettext_lazy("Notes for the MC"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("How to pronounce a name, what to say before and after. Only organizers can see it."),
        show_hidden_initial=True,
    )

    def changed(self) -> dict[str, Any]:
        """The fields that were changed, by name."""
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def seen(self) -> str | None:
        """The version of these fields that the form was filled from; None where the form does not say so."""
        sent = {name: self.data.get(self.add_initial_prefix(name)) for name in self.changed_data}
        if None in sent.values():
            return None
        return version(*(self.fields[name].to_python(value) for name, value in sent.items()))


class BreakLineForm(ProgrammeLineForm):
    """A line that is not a talk has its own title."""

    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=80, validators=[validate_visible], show_hidden_initial=True
    )
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=480, show_hidden_initial=True)
    field_order = ("title", "minutes", "note")


@require_http_methods(["GET", "POST"])
@for_event(Permission.DECIDE_TALKS)
def pause(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """A break: title, length, notes, and a button to remove it."""
    found = get_object_or_404(event.breaks.select_related("event"), pk=pk)
    initial = {"title": found.title, "minutes": found.minutes, "note": found.note}
    form = BreakLineForm(request.POST if request.method == "POST" else None, initial=initial)
    return _line(
        request,
        event,
        found,
        form,
        lambda at: change_break(pause=found, **form.changed(), seen=form.seen(), at=at, by=request.user),
    )


@require_http_methods(["GET", "POST"])
@for_event(Permission.DECIDE_TALKS)
def talk(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """An accepted or confirmed talk: length and notes. Only the speaker changes its text."""
    found = get_object_or_404(event.talks.coming().select_related("event", "speaker"), pk=pk)
    form = ProgrammeLineForm(
        request.POST if request.method == "POST" else None, initial={"minutes": found.minutes, "note": found.note}
    )
    return _line(
        request,
        event,
        found,
        form,
        lambda at: change_talk_line(talk=found, **form.changed(), seen=form.seen(), at=at, by=request.user),
    )


def _line(
    request: DeskRequest, event: Event, line: Talk | Break, form: ProgrammeLineForm, change: Callable[[datetime], None]
) -> HttpResponse:
    # Each field has its own version, so the form has none.
    edit = Edit(request, form, "")
    if edit.succeeds(lambda: change(request.at)):
        messages.success(request, _("Saved."))
        return redirect(f"{reverse('desk_programme', args=[event.public_id])}#{line.subject}")
    if edit.is_overtaken:
        line.refresh_from_db()
        there = {name: getattr(line, name) for name in form.fields}
        edit.compare(there, "")
        sent = cast(QueryDict, form.data).copy()
        for name, value in there.items():
            sent[form.add_initial_prefix(name)] = str(value)
        form.data = sent
    context = event_page(
        request,
        event,
        current="desk_programme",
        line=line,
        form=form,
        edit=edit,
        is_break=isinstance(line, Break),
        tells=event.is_published and request.at < event.starts_at,
    )
    return render(request, "desk/talks/programme_line.html", context, status=edit.status)


@require_POST
@for_event(Permission.DECIDE_TALKS)
def removal(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Removes a break."""
    found = get_object_or_404(event.breaks.select_related("event"), pk=pk)
    with refusals_shown(request):
        remove_break(pause=found, at=request.at, by=request.user)
        messages.success(request, _("“%(title)s” was removed from the program.") % {"title": found.title})
    return redirect("desk_programme", event.public_id)
