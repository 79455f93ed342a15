"""Forms of the registration pages: a slot, and the answers to its questions."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from meetups.pages.sheets.slot_choices import SlotChoice
from meetups.registrations.models import Registration, Slot
from meetups.registrations.questions.questions import LONGEST_TEXT, Question, QuestionKind, questions_of

State = Registration.State


def name_of(question: Question) -> str:
    """The name of the question's field."""
    return f"answer-{question.id}"


def field_of(question: Question, given: Any = None) -> forms.Field:
    """The field for the question, with the earlier answer. An optional choice can be taken back."""
    shared: dict[str, Any] = {
        "label": question.label,
        "required": question.required,
        # A form prints its help text without escaping. People type this text, so it is escaped here.
        "help_text": escape(question.help),
        "initial": given,
    }
    if question.kind == QuestionKind.CONSENT:
        refused = _("You need to agree to this to register in this slot.")
        return forms.BooleanField(error_messages={"required": refused}, **shared)
    choices = [(choice, choice) for choice in question.choices]
    if question.kind == QuestionKind.CHOICE:
        nothing = [] if question.required else [("", pgettext("choice", "No answer"))]
        return forms.ChoiceField(
            choices=[*choices, *nothing], widget=forms.RadioSelect, **shared | {"initial": given or ""}
        )
    if question.kind == QuestionKind.MULTIPLE:
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **shared)
    return forms.CharField(max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2}), **shared)


class QuestionsForm(forms.Form):
    """The questions of a slot, with the earlier answers."""

    questions: list[Question]

    def ask(self, slot: Slot | None, given: Mapping[str, Any] | None = None) -> None:
        """Adds a field for each question of `slot`."""
        self.questions = questions_of(slot) if slot else []
        for question in self.questions:
            self.fields[name_of(question)] = field_of(question, (given or {}).get(question.id))

    @property
    def answer_fields(self) -> list[forms.BoundField]:
        """The questions, for the page."""
        return [self[name_of(question)] for question in self.questions]

    @property
    def answers(self) -> dict[str, Any]:
        """The answers by the question's id; only for a valid form."""
        return {question.id: self.cleaned_data.get(name_of(question)) for question in self.questions}


class SlotField(forms.ChoiceField):
    """Offers the open slots. It also accepts any other slot of the event, so that the action can say why it refuses."""

    slots: dict[str, Slot]

    def valid_value(self, value: Any) -> bool:
        return value in self.slots


class _ForASlot(QuestionsForm):
    """A choice of slots, and the questions of the chosen one. `asked` names the slot whose questions the page showed."""

    slot_choices: list[SlotChoice]
    slot_asked: Slot | None

    asked = forms.CharField(required=False, widget=forms.HiddenInput)

    def accept_slots(self, slots: Iterable[Slot]) -> None:
        """Sets the slots of the event. This comes before anything is read from the form."""
        field = self._slot_field
        field.slots = {slot.public_id: slot for slot in slots}
        named = self.data.get("slot") if self.is_bound else self.initial.get("slot") or field.initial
        slot = self.slot_asked = field.slots.get(str(named))
        self.ask(slot)
        self.fields["asked"].initial = slot.public_id if slot else ""

    def offer_slots(self, choices: list[SlotChoice]) -> None:
        """Sets the choices, in words. This comes before the form is shown."""
        self.slot_choices = choices
        self._slot_field.choices = [(choice.slot.public_id, self.label_of(choice)) for choice in choices]

    @property
    def _slot_field(self) -> SlotField:
        return cast(SlotField, self.fields["slot"])

    @property
    def asks_more(self) -> bool:
        """Whether the chosen slot has questions that the page did not show."""
        return self.is_bound and bool(self.questions) and self.data.get("asked") != self.data.get("slot")

    @property
    def filled_in(self) -> dict[str, str]:
        """The sent values, to fill in a page that asks more."""
        return {key: value for key, value in self.data.items() if key in self.base_fields and key != "asked"}

    @property
    def chosen(self) -> Slot:
        """The chosen slot; only for a valid form."""
        return self._slot_field.slots[self.cleaned_data["slot"]]

    def label_of(self, offer: SlotChoice) -> SafeString:
        """The label of one choice: how people get in, and what will happen."""
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
    follow = forms.BooleanField(required=False)

    def __init__(self, *args: Any, slots: Iterable[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accept_slots(slots)

    def offer_slots(self, choices: list[SlotChoice]) -> None:
        """Hides the field where only one slot is left."""
        super().offer_slots([choice for choice in choices if choice.way_in])
        if not self.has_a_choice:
            self.fields["slot"].widget = forms.HiddenInput()

    @property
    def has_a_choice(self) -> bool:
        return len(self.slot_choices) > 1


class OtherSlotForm(_ForASlot):
    """A change to another slot. The checkbox appears where the change means waiting."""

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
        self.accept_slots(offer.slot for offer in offers)
        self.offer_slots(others)

    @property
    def has_a_choice(self) -> bool:
        return bool(self.slot_choices)

    def label_of(self, offer: SlotChoice) -> SafeString:
        """The label of one choice, with what it costs."""
        return format_html("<span>{}<small>{}</small></span>", offer.slot.name, cost(offer))


def cost(offer: SlotChoice) -> str:
    """What an attendee gets who changes to this slot now."""
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
