"""People whom organizers add before the event: by mail, or by hand."""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from meetups.accounts.forms import plain_address
from meetups.accounts.models import person_key
from meetups.communities.invitation_quota import invitations_left
from meetups.communities.permissions import Permission
from meetups.core.texts.names import set_apart, with_names
from meetups.core.texts.safe_text import validate_visible
from meetups.core.zones import instant_at
from meetups.events.models import Event
from meetups.registrations.actions.held_places.invite_attendees import Invitee, invite_attendees
from meetups.registrations.actions.held_places.withdraw_place import withdraw_place
from meetups.registrations.actions.imports.place_by_hand import place_by_hand
from meetups.registrations.models import HeldPlace
from organizers.attendees.added_person_form import AddedPersonForm, SeatForm, slots_to_give
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import SentForm
from organizers.desk.fields import WallField
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown

# An organizer can still read this many before they are sent.
AT_ONCE = 50
ADDRESS = re.compile(r"[^\s<>,;、，；：]+[@＠][^\s<>,;、，；：]+")


class InviteForm(SeatForm):
    """The people to invite, and the time until which their seats are kept. The time is read on the event's clock."""

    people = forms.CharField(
        label=gettext_lazy("Who to invite"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("One person per line: the email address, and a name if you like."),
    )
    until = WallField(
        label=gettext_lazy("Reserve seats until"),
        required=False,
        help_text=gettext_lazy("If blank: 7 days, but never after the waitlist stops moving up."),
    )
    field_order = ("people", "slot", "until", "above")

    def __init__(self, *args: Any, event: Event, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.event = event
        self.at = at

    def clean_people(self) -> list[Invitee]:
        """The person of every line, or an error for each wrong line."""
        invitees: list[Invitee] = []
        problems: list[str] = []
        seen: set[str] = set()
        lines = self.cleaned_data["people"].splitlines()
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                invitee = _invitee(line)
            except ValidationError:
                problems.append(_("Line %(number)s has no valid email address.") % {"number": number})
                continue
            key = person_key(invitee.email)
            if key not in seen:
                invitees.append(invitee)
                seen.add(key)
        if len(invitees) > AT_ONCE:
            problems.append(_("You can invite at most %(number)s people at a time.") % {"number": AT_ONCE})
        if problems:
            raise ValidationError(problems)
        return invitees

    def clean_until(self) -> datetime | None:
        """The time as an instant."""
        wall = self.cleaned_data["until"]
        if not wall:
            return None
        until = instant_at(wall, self.event.time_zone)
        if until <= self.at:
            raise ValidationError(_("Choose a time in the future."))
        return until


def _invitee(line: str) -> Invitee:
    """The address in a line, with the text beside it as the name. Raises ValidationError."""
    found = ADDRESS.search(line)
    if found is None:
        raise ValidationError("")
    email = plain_address(found.group()).lower()
    validate_email(email)
    name = (line[: found.start()] + " " + line[found.end() :]).strip(" \t<>,;、，；：\"'")
    name = " ".join(name.split())[:60]
    if name:
        validate_visible(name)
    return Invitee(email, name)


@require_http_methods(["GET", "POST"])
@for_event(Permission.MANAGE_ATTENDEES)
def places(request: DeskRequest, event: Event) -> HttpResponse:
    """The form for invitations by mail, and the open invitations."""
    form = InviteForm(
        request.POST if request.method == "POST" else None, slots=slots_to_give(event), event=event, at=request.at
    )
    sent = SentForm(form)
    if sent.succeeds(
        lambda: invite_attendees(
            slot=form.chosen,
            invitees=form.cleaned_data["people"],
            above=form.cleaned_data["above"],
            expires_at=form.cleaned_data["until"],
            at=request.at,
            by=request.user,
        )
    ):
        done = ngettext("%(count)s invitation sent.", "%(count)s invitations sent.", len(sent.result))
        messages.success(request, done % {"count": len(sent.result)})
        return redirect("desk_places", event.public_id)
    context = event_page(
        request,
        event,
        current="desk_attendees",
        form=form,
        is_open=event.is_open(request.at),
        left=invitations_left(event.community, request.user, request.at),
        invitations=_open_invitations(event, request.at),
    )
    return render(request, "desk/attendees/seat_invitations.html", context, status=sent.status)


def _open_invitations(event: Event, at: datetime) -> list[HeldPlace]:
    held = HeldPlace.objects.held().filter(event=event, kind=HeldPlace.Kind.INVITATION, expires_at__gt=at)
    return list(held.select_related("slot").order_by("expires_at", "pk"))


@require_http_methods(["GET", "POST"])
@for_event(Permission.MANAGE_ATTENDEES)
def withdrawal(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Asks once, then withdraws the invitation."""
    invitations = HeldPlace.objects.filter(event=event, kind=HeldPlace.Kind.INVITATION)
    place = get_object_or_404(invitations.select_related("slot", "event"), pk=pk)
    if request.method != "POST":
        context = event_page(request, event, current="desk_attendees", place=place)
        return render(request, "desk/attendees/seat_invitation_withdrawal.html", context)
    with refusals_shown(request):
        withdraw_place(place=place, at=request.at, by=request.user)
        messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": place.email})
    return redirect("desk_places", event.public_id)


@require_http_methods(["GET", "POST"])
@for_event(Permission.MANAGE_ATTENDEES)
def by_hand(request: DeskRequest, event: Event) -> HttpResponse:
    """Puts a person on the list, with a seat."""
    form = AddedPersonForm(request.POST if request.method == "POST" else None, slots=slots_to_give(event))
    sent = SentForm(form)
    if sent.succeeds(
        lambda: place_by_hand(
            slot=form.chosen,
            added=form.added_person(),
            above=form.cleaned_data["above"],
            at=request.at,
            by=request.user,
        )
    ):
        name = set_apart(form.added_person().name)
        messages.success(request, with_names(_("%(name)s was added to the list."), name=name))
        return redirect("desk_attendees", event.public_id)
    context = event_page(request, event, current="desk_attendees", form=form)
    return render(request, "desk/attendees/place_by_hand.html", context, status=sent.status)
