"""The form for a person who is not on the list."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetups.accounts.forms import AddressField
from meetups.core.texts.safe_text import validate_visible
from meetups.events.models import Event
from meetups.registrations.admission import seats_to_give
from meetups.registrations.models import Slot
from meetups.registrations.pen.people_by_hand import AddedPerson


def slots_to_give(event: Event) -> list[Slot]:
    """The slots in which an organizer gives seats: all slots except those of shifts. Each comes with its lottery."""
    slots = event.slots.exclude(admission=Slot.Admission.DUTY).select_related("lottery", "event")
    return list(slots.in_order())


def free_seats(slot: Slot) -> int:
    """The number of seats that can still be given."""
    return seats_to_give(slot, slot.draws_from)


def slot_label(slot: Slot) -> str:
    """The name of the slot and the number of its free seats."""
    free = free_seats(slot)
    words = _("%(slot)s (%(free)s left)") if free else _("%(slot)s (full)")
    return words % {"slot": slot.name, "free": free}


class SeatForm(forms.Form):
    """The choice of a slot, and whether to go above its capacity. `full` is true if that tick may be needed."""

    slot = forms.ChoiceField(label=gettext_lazy("Slot"), widget=forms.RadioSelect)
    above = forms.BooleanField(
        label=gettext_lazy("Add over capacity"),
        required=False,
        help_text=gettext_lazy(
            "For when no seat is left. It’s marked on the list, and the number of seats stays the same."
        ),
    )

    def __init__(self, *args: Any, slots: list[Slot], **options: Any) -> None:
        super().__init__(*args, **options)
        self.slots = {str(slot.pk): slot for slot in slots}
        field = self.fields["slot"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, slot_label(slot)) for key, slot in self.slots.items()]
        if not self.is_bound and slots:
            field.initial = str(next((slot for slot in slots if free_seats(slot)), slots[0]).pk)

    @property
    def full(self) -> bool:
        return any(not free_seats(slot) for slot in self.slots.values()) or bool(self.data.get("above"))

    @property
    def chosen(self) -> Slot:
        return self.slots[self.cleaned_data["slot"]]


class AddedPersonForm(SeatForm):
    """One person: a name, and an address if the person has an account."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        validators=[validate_visible],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = AddressField(
        autocomplete="off",
        label=gettext_lazy("Email address"),
        required=False,
        help_text=gettext_lazy(
            "If this email belongs to someone who has attended before, the registration goes to their "
            "account. Otherwise we don’t keep it."
        ),
    )
    request_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    field_order: tuple[str, ...] = ("name", "email", "slot", "above", "request_id")

    def added_person(self) -> AddedPerson:
        """The person whom the organizer typed."""
        typed = self.cleaned_data
        return AddedPerson(typed["name"], typed["email"].lower(), typed["request_id"])
