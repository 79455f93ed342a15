"""The volunteers of one shift: organizers add them, make offers to the queue, answer requests, and record who did the shift."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from meetups.communities.permissions import Permission
from meetups.core.texts.names import set_apart, with_names
from meetups.core.texts.safe_text import natural
from meetups.events.models import Event
from meetups.volunteers.actions.shifts.ask_for_help import ask_for_help
from meetups.volunteers.actions.signups.accept_signup import accept_signup
from meetups.volunteers.actions.signups.assign_shift import assign_shift
from meetups.volunteers.actions.signups.decline_signup import decline_signup
from meetups.volunteers.actions.signups.mark_signup import mark_signup
from meetups.volunteers.candidates import assignable
from meetups.volunteers.models import Shift, Signup
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.refusals import refusals_shown


class PersonForm(forms.Form):
    """One of the people who can be added to `shift`: the team first, then people who have a part in the event."""

    person = forms.TypedChoiceField(label=gettext_lazy("Assign someone to this shift"), coerce=int)

    def __init__(self, event: Event, shift: Shift, data: Any = None) -> None:
        super().__init__(data)
        there = shift.signups.active().values("volunteer")
        self.people = {person.pk: person for person in assignable(event).exclude(pk__in=there)}
        groups: dict[bool, list[tuple[int, str]]] = {True: [], False: []}
        for person in sorted(self.people.values(), key=lambda one: natural(one.name)):
            groups[getattr(person, "is_in_team", False)].append((person.pk, person.name))
        choice = self.fields["person"]
        assert isinstance(choice, forms.TypedChoiceField)
        choice.choices = [
            ("", _("Choose a person")),
            *([(_("Organizing team"), groups[True])] if groups[True] else []),
            *([(_("Involved in this event"), groups[False])] if groups[False] else []),
        ]


@require_POST
@for_event(Permission.MANAGE_SHIFTS)
def volunteers(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Adds a person to the shift."""
    shift = get_object_or_404(event.shifts.open().select_related("event"), pk=pk)
    form = PersonForm(event, shift, request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose someone from the list."))
        return redirect("desk_shift", event.public_id, shift.pk)
    person = form.people[form.cleaned_data["person"]]
    with refusals_shown(request):
        assign_shift(shift=shift, volunteer=person, at=request.at, by=request.user)
        said = _("%(name)s is assigned to “%(shift)s”. We’ll email them.")
        messages.success(request, with_names(said, name=set_apart(person.name), shift=shift.title))
    return redirect("desk_shift", event.public_id, shift.pk)


@require_POST
@for_event(Permission.MANAGE_SHIFTS)
def offers(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Offers the shift to everyone in the queue, now."""
    shift = get_object_or_404(event.shifts.open().select_related("event"), pk=pk)
    with refusals_shown(request):
        told = ask_for_help(shift=shift, at=request.at, by=request.user)
        said = ngettext(
            "We’ll ask %(count)s person in the lottery or on the waitlist.",
            "We’ll ask %(count)s people in the lottery or on the waitlist.",
            told,
        )
        messages.success(request, said % {"count": told})
    return redirect("desk_shift", event.public_id, shift.pk)


@require_POST
@for_event(Permission.MANAGE_SHIFTS)
def answer(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Accepts or declines a person who asked for a shift."""
    signup = get_object_or_404(Signup.objects.select_related("shift__event", "volunteer"), pk=pk, shift__event=event)
    say = accept_signup if request.POST.get("accept") else decline_signup
    with refusals_shown(request):
        say(signup=signup, at=request.at, by=request.user)
        messages.success(request, with_names(_("We’ll email %(name)s."), name=set_apart(signup.volunteer)))
    return redirect("desk_shift", event.public_id, signup.shift_id)


@require_POST
@for_event(Permission.MANAGE_SHIFTS)
def mark(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Records whether one volunteer did the shift, or removes that record."""
    signup = get_object_or_404(Signup.objects.select_related("shift__event", "volunteer"), pk=pk, shift__event=event)
    said = request.POST.get("mark", "")
    with refusals_shown(request):
        mark_signup(
            signup=signup,
            mark=Signup.Mark(said) if said in Signup.Mark.values else None,
            at=request.at,
            by=request.user,
        )
        messages.success(request, _("Saved."))
    return redirect("desk_shift", event.public_id, signup.shift_id)
