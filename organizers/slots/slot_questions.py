"""The questions of a slot to people who register. Each is added, changed, moved or removed by itself, without scripts."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.core.versions import ChangedMeanwhile
from meetups.events.models import Event
from meetups.registrations.actions.questions.ask_question import ask_question
from meetups.registrations.actions.questions.ask_question_again import ask_question_again
from meetups.registrations.actions.questions.change_question import change_question
from meetups.registrations.actions.questions.place_question import place_question
from meetups.registrations.actions.questions.retire_question import retire_question
from meetups.registrations.models import Registration, Slot
from meetups.registrations.questions.question_steps import WITH_CHOICES, QuestionPlan, answers_to
from meetups.registrations.questions.questions import Question, QuestionKind, all_questions, questions_of
from meetups.registrations.slot_settings import Direction, question_version
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import meanwhile
from organizers.slots.slot_frame import slot_of, slot_page

MOST_CHOICES = 50
LONGEST_CHOICE = 100


def _kinds() -> list[tuple[str, str]]:
    return [(kind.value, kind.label) for kind in QuestionKind]


class QuestionForm(forms.Form):
    label = forms.CharField(
        label=gettext_lazy("Question"),
        max_length=200,
        help_text=gettext_lazy("For a consent: the sentence people agree to."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Answer type"),
        choices=lazy(_kinds, list),
        widget=forms.RadioSelect,
        initial=QuestionKind.TEXT.value,
    )
    choices = forms.CharField(
        label=gettext_lazy("Choices"),
        max_length=MOST_CHOICES * (LONGEST_CHOICE + 2),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One per line."),
    )
    required = forms.BooleanField(
        label=gettext_lazy("Answer required"),
        required=False,
        help_text=gettext_lazy("If consent is required, people who don’t agree can’t register."),
    )
    help = forms.CharField(label=pgettext_lazy("question", "Explanation"), max_length=300, required=False)

    def clean_choices(self) -> tuple[str, ...]:
        """The choices without empty lines and without repetition."""
        lines = (line.strip() for line in self.cleaned_data["choices"].splitlines())
        choices = tuple(dict.fromkeys(line for line in lines if line))
        if any(len(choice) > LONGEST_CHOICE for choice in choices):
            raise forms.ValidationError(_("A choice can have at most %(most)s characters.") % {"most": LONGEST_CHOICE})
        if len(choices) > MOST_CHOICES:
            raise forms.ValidationError(_("Enter at most %(most)s choices.") % {"most": MOST_CHOICES})
        return choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") in WITH_CHOICES and len(cleaned.get("choices", "  ")) < 2:
            self.add_error("choices", _("Enter at least two answers to choose from, one per line."))
        return cleaned

    def plan(self) -> QuestionPlan:
        """The typed values as a plan."""
        typed = self.cleaned_data
        kind = QuestionKind(typed["kind"])
        return QuestionPlan(kind, typed["label"], typed["required"], typed["help"], typed["choices"])


def typed(question: Question) -> dict[str, Any]:
    """The question as the form shows it."""
    return {
        "label": question.label,
        "kind": question.kind.value,
        "choices": "\n".join(question.choices),
        "required": question.required,
        "help": question.help,
    }


def _asking_slot(event: Event, public_id: str) -> Slot:
    """A slot that people can ask for. Other slots ask no questions and have no such page."""
    slot = slot_of(event, public_id)
    if not slot.is_general:
        raise Http404
    return slot


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def questions(request: DeskRequest, event: Event, slot: str) -> HttpResponse:
    """All questions in their order, and a form for a new one."""
    at = timezone.now()
    found = _asking_slot(event, slot)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                ask_question(slot=found, plan=form.plan(), at=at, by=request.user)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
            else:
                messages.success(request, _("We’ll ask everyone who registers from now on."))
                return redirect("desk_slot_questions", event.public_id, found.public_id)
    context = slot_page(
        request,
        event,
        found,
        at=at,
        form=form,
        asked=questions_of(found),
        retired=[one for one in all_questions(found) if one.retired],
        registered=Registration.objects.active().filter(slot=found).count(),
    )
    return render(request, "desk/slots/slot_questions.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def question(request: DeskRequest, event: Event, slot: str, question: str) -> HttpResponse:
    """Changes the words of one question. `seen` is the state that the form was filled from."""
    at = timezone.now()
    found = _asking_slot(event, slot)
    one = _question(found, question)
    if request.method != "POST":
        return _question_page(request, event, found, one, QuestionForm(initial=typed(one)), at=at)
    form = QuestionForm(request.POST)
    if not form.is_valid():
        return _question_page(request, event, found, one, form, at=at, status=422)
    seen = request.POST.get("seen")
    try:
        change_question(slot=found, id=one.id, plan=form.plan(), seen=seen, at=at, by=request.user)
    except ChangedMeanwhile as refusal:
        now = _question(_asking_slot(event, slot), question)
        form.cleaned_data["choices"] = "\n".join(form.cleaned_data["choices"])
        there = meanwhile(form, typed(now), question_version(now))
        return _question_page(request, event, found, now, form, at=at, status=refusal.status, meanwhile=there)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _question_page(request, event, found, one, form, at=at, status=refusal.status)
    messages.success(request, _("Saved."))
    return redirect("desk_slot_questions", event.public_id, found.public_id)


def _question(slot: Slot, id: str) -> Question:  # noqa: A002 - the field's word
    """Raises Http404 for a question that is not in use."""
    found = next((one for one in questions_of(slot) if one.id == id), None)
    if found is None:
        raise Http404
    return found


def _question_page(
    request: DeskRequest,
    event: Event,
    slot: Slot,
    question: Question,
    form: QuestionForm,
    *,
    at: datetime,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    fresh = "meanwhile" in more or request.method != "POST"
    seen = question_version(question) if fresh else request.POST.get("seen", "")
    answers = answers_to(slot, question.id)
    context = slot_page(request, event, slot, at=at, form=form, question=question, seen=seen, answers=answers, **more)
    return render(request, "desk/slots/slot_question.html", context, status=status)


@require_POST
@for_event(Permission.PLAN_EVENTS)
def place(request: DeskRequest, event: Event, slot: str, question: str) -> HttpResponse:
    """Moves a question one place up or down."""
    direction = request.POST.get("direction", "")
    if direction not in list(Direction):
        return redirect("desk_slot_questions", event.public_id, slot)

    def act(found: Slot) -> None:
        place_question(slot=found, id=question, direction=Direction(direction), at=timezone.now(), by=request.user)

    return _done(request, event, slot, act)


@require_POST
@for_event(Permission.PLAN_EVENTS)
def retirement(request: DeskRequest, event: Event, slot: str, question: str) -> HttpResponse:
    """Removes a question, or asks it again. Neither loses any answer."""
    again = request.POST.get("intent") == "again"
    act = ask_question_again if again else retire_question
    said = _("We’re asking this question again.") if again else _("Question removed. Answers already given are kept.")
    return _done(
        request, event, slot, lambda found: act(slot=found, id=question, at=timezone.now(), by=request.user), said=said
    )


def _done(
    request: DeskRequest, event: Event, slot: str, act: Callable[[Slot], None], *, said: str = ""
) -> HttpResponse:
    found = _asking_slot(event, slot)
    try:
        act(found)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        if said:
            messages.success(request, said)
    return redirect("desk_slot_questions", event.public_id, found.public_id)
