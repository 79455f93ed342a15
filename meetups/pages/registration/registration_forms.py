"""What the pages around a registration ask."""

from typing import Any, cast

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meetups.pages.sheets.answer_fields import answers_in, field_of, name_of
from meetups.pages.sheets.slot_choices import SlotChoice
from meetups.registrations.models import Registration, Slot
from meetups.registrations.questions.questions import Question, questions_of

State = Registration.State


class SlotField(forms.ChoiceField):
    """Offers the slots that are open. Any other slot of the event is taken, too, so that the action can say why it refuses."""

    slots: dict[str, Slot]

    def valid_value(self, value: Any) -> bool:
        return value in self.slots


class _ForASlot(forms.Form):
    """A choice of slots, and the questions of the chosen one. `asked` names the slot whose questions the page showed."""

    slot_choices: list[SlotChoice]
    questions: list[Question]
    slot_asked: Slot | None

    asked = forms.CharField(required=False, widget=forms.HiddenInput)

    def _offer(self, offers: list[SlotChoice], open_ones: list[SlotChoice]) -> None:
        field = cast(SlotField, self.fields["slot"])
        field.slots = {offer.slot.public_id: offer.slot for offer in offers}
        # Called where they are shown: a form that was sent asks for their words only if it comes back.
        field.choices = lambda: [(offer.slot.public_id, self.label_of(offer)) for offer in open_ones]
        self.slot_choices = open_ones
        named = self.data.get("slot") if self.is_bound else self.initial.get("slot") or field.initial
        slot = self.slot_asked = field.slots.get(str(named))
        self.questions = questions_of(slot) if slot else []
        self.fields["asked"].initial = slot.public_id if slot else ""
        for question in self.questions:
            self.fields[name_of(question)] = field_of(question)

    @property
    def asks_more(self) -> bool:
        """Whether a slot was chosen whose questions the page did not show."""
        return self.is_bound and bool(self.questions) and self.data.get("asked") != self.data.get("slot")

    @property
    def filled_in(self) -> dict[str, str]:
        """What was sent, to fill in a page that asks more."""
        return {key: value for key, value in self.data.items() if key in self.base_fields and key != "asked"}

    @property
    def answer_fields(self) -> list[forms.BoundField]:
        """The questions, for the page."""
        return [self[name_of(question)] for question in self.questions]

    @property
    def answers(self) -> dict[str, Any]:
        """By the question's id; of a valid form only."""
        return answers_in(self.questions, self.cleaned_data)

    @property
    def chosen(self) -> Slot:
        """The slot that was chosen; of a valid form only."""
        return cast(SlotField, self.fields["slot"]).slots[self.cleaned_data["slot"]]

    def label_of(self, offer: SlotChoice) -> SafeString:
        """One choice: how one gets in there, and what will happen."""
        return format_html(
            "<span>{}<small>{}</small><small>{} · {}</small></span>",
            offer.slot.name,
            offer.how,
            offer.label,
            offer.note,
        )


class RegistrationForm(_ForASlot):
    """The step before registering: a slot, where there is a choice, and the number of the request (RULES 31)."""

    slot = SlotField(label=gettext_lazy("Slot"), widget=forms.RadioSelect)
    request_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, offers: list[SlotChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer(offers, [offer for offer in offers if offer.way_in])
        if not self.has_a_choice:
            self.fields["slot"].widget = forms.HiddenInput()

    @property
    def has_a_choice(self) -> bool:
        return len(self.slot_choices) > 1


class OtherSlotForm(_ForASlot):
    """Another slot. The tick appears where the change means waiting."""

    slot = SlotField(label=gettext_lazy("Change to"), widget=forms.RadioSelect)
    accept_waiting = forms.BooleanField(
        required=False, label=gettext_lazy("Give up my current registration and go to the end of the other waitlist.")
    )

    asks_to_wait = False

    def __init__(self, *args: Any, offers: list[SlotChoice], current: Registration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [offer for offer in offers if offer.way_in and offer.slot.pk != current.slot_id]
        if len(others) == 1:
            self.fields["slot"].initial = others[0].slot.public_id
        self._offer(offers, others)

    @property
    def has_a_choice(self) -> bool:
        return bool(self.slot_choices)

    def label_of(self, offer: SlotChoice) -> SafeString:
        """One choice, with what it costs."""
        return format_html("<span>{}<small>{}</small></span>", offer.slot.name, cost(offer))


def cost(offer: SlotChoice) -> str:
    """Where somebody lands who changes to this slot now."""
    if offer.way_in == State.APPLIED:
        return _("You’ll enter its lottery. %(note)s.") % {"note": offer.note}
    if offer.way_in == State.CONFIRMED:
        return _("You’ll get a seat right away.")
    if offer.awaits_draw:
        return _("You’ll be on the waitlist, after everyone in the draw.")
    return ngettext(
        "You’ll be at the end of its waitlist, with %(count)d person ahead of you.",
        "You’ll be at the end of its waitlist, with %(count)d people ahead of you.",
        offer.waiting,
    ) % {"count": offer.waiting}
