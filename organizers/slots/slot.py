"""One slot: its name, its seats, its deadlines, and its place among the others."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from meetups.communities.permissions import Permission
from meetups.core import dates
from meetups.core.texts.safe_text import validate_visible
from meetups.core.zones import wall_at
from meetups.events.models import Event
from meetups.registrations.actions.slots.change_slot_settings import SlotChange, SlotSettings, change_slot_settings
from meetups.registrations.actions.slots.place_slot import place_slot
from meetups.registrations.admission import Deadlines, usual_deadlines
from meetups.registrations.models import Slot
from meetups.registrations.slot_settings import Direction, settings_version
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import Edit
from organizers.desk.fields import WallField
from organizers.desk.refusals import refusals_shown
from organizers.slots.slot_frame import affected, instant_of, paths_of, slot_of, slot_page


class SlotSettingsForm(forms.Form):
    """Fields of Slot. An empty deadline means the usual one."""

    name = forms.CharField(
        label=gettext_lazy("Name of the slot"),
        max_length=60,
        validators=[validate_visible],
        help_text=gettext_lazy("Who it’s for, in a word or two."),
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Seats"),
        min_value=0,
        max_value=100_000,
        help_text=gettext_lazy("If you add seats, the waitlist moves up at once."),
    )
    closes = WallField(label=gettext_lazy("Registration closes"), required=False)
    free_cancellation_ends = WallField(label=gettext_lazy("Free cancellation ends"), required=False)
    promotion_stops = WallField(label=gettext_lazy("Waitlist moves up until"), required=False)

    def __init__(self, *args: Any, event: Event, slot: Slot, **options: Any) -> None:
        super().__init__(*args, **options)
        self.event, self.slot = event, slot
        self.usual = usual_deadlines(event.starts_at, event.format)
        if slot.admission == Slot.Admission.DUTY:
            del self.fields["capacity"]
        if not slot.is_general:
            # People cannot ask for these seats, so there is nothing to close.
            del self.fields["closes"]
        sentences = {
            "closes": _("Until then people can register or join the waitlist. If blank: %(usual)s."),
            "free_cancellation_ends": _(
                "Until then a canceled seat goes to the next person at once. After that, people keep their seat "
                "until someone on the waitlist accepts it. If blank: %(usual)s."
            ),
            "promotion_stops": _("After that no one moves up, so the list is final. If blank: %(usual)s."),
        }
        for name, sentence in sentences.items():
            if name in self.fields:
                self.fields[name].help_text = sentence % {"usual": self._usual(name)}

    def _usual(self, name: str) -> str:
        instant = getattr(self.usual, f"{name}_at")
        return dates.moment(instant, self.event.time_zone, get_language() or "en")

    def settings(self) -> SlotSettings:
        """The typed values as settings."""
        return SlotSettings(
            name=self.cleaned_data["name"],
            capacity=self.cleaned_data.get("capacity"),
            deadlines=Deadlines(
                *(self._instant(name) for name in ("closes", "free_cancellation_ends", "promotion_stops"))
            ),
        )

    def _instant(self, name: str) -> datetime:
        now: datetime = getattr(self.slot, f"{name}_at")
        if name not in self.fields:
            return now
        typed = self.cleaned_data[name]
        usual: datetime = getattr(self.usual, f"{name}_at")
        return usual if typed is None else instant_of(typed, now, self.event)


def typed(slot: Slot, event: Event) -> dict[str, Any]:
    """The slot as the form shows it."""
    return {
        "name": slot.name,
        "capacity": slot.capacity,
        "closes": wall_at(slot.closes_at, event.time_zone),
        "free_cancellation_ends": wall_at(slot.free_cancellation_ends_at, event.time_zone),
        "promotion_stops": wall_at(slot.promotion_stops_at, event.time_zone),
    }


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def slot(request: DeskRequest, event: Event, slot: str) -> HttpResponse:
    """Name, seats and deadlines. `seen` is the state that the form was filled from.

    If another organizer saved since then, both states are shown.
    """
    found = slot_of(event, slot)
    form = SlotSettingsForm(
        request.POST if request.method == "POST" else None, initial=typed(found, event), event=event, slot=found
    )
    edit = Edit(request, form, settings_version(found))
    if edit.succeeds(
        lambda: change_slot_settings(
            slot=found, settings=form.settings(), seen=request.POST.get("seen"), at=request.at, by=request.user
        )
    ):
        change: SlotChange = edit.result
        messages.success(request, _("Saved.") if change.is_changed else _("No changes were made."))
        if change.moved_up:
            messages.success(request, moved_up(change.moved_up))
        return redirect("desk_slot", event.public_id, found.public_id)
    if edit.is_overtaken:
        found = slot_of(event, slot)
        edit.compare(typed(found, event), settings_version(found))
    context = slot_page(
        request,
        event,
        found,
        form=form,
        edit=edit,
        paths=paths_of(event, found),
        affected=affected(found),
        siblings=list(event.slots.in_order()),
    )
    return render(request, "desk/slots/slot.html", context, status=edit.status)


def moved_up(number: int) -> str:
    """The sentence about the effect of more seats or more time."""
    return ngettext(
        "%(count)s person moved up from the waitlist. We’ll email them.",
        "%(count)s people moved up from the waitlist. We’ll email them.",
        number,
    ) % {"count": number}


@require_POST
@for_event(Permission.PLAN_EVENTS)
def order(request: DeskRequest, event: Event, slot: str) -> HttpResponse:
    """Moves the slot one place up or down on the event page."""
    found = slot_of(event, slot)
    direction = request.POST.get("direction", "")
    if direction in list(Direction):
        with refusals_shown(request):
            place_slot(slot=found, direction=Direction(direction), at=request.at, by=request.user)
    return redirect("desk_slot", event.public_id, found.public_id)
