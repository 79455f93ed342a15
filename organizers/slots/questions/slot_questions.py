"""The questions of a slot to people who register. Each is added, changed, moved or removed by itself, without scripts."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.registrations.actions.questions.ask_question import ask_question
from meetups.registrations.actions.questions.ask_question_again import ask_question_again
from meetups.registrations.actions.questions.change_question import change_question
from meetups.registrations.actions.questions.place_question import place_question
from meetups.registrations.actions.questions.retire_question import retire_question
from meetups.registrations.models import Registration, Slot
from meetups.registrations.questions.question_steps import answers_to
from meetups.registrations.questions.questions import Question, all_questions, questions_of
from meetups.registrations.slot_settings import Direction, question_version
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import Edit, SentForm
from organizers.desk.refusals import refusals_shown
from organizers.slots.questions.question_form import QuestionForm, typed
from organizers.slots.slot_frame import slot_of, slot_page


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
    found = _asking_slot(event, slot)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    sent = SentForm(form)
    if sent.succeeds(lambda: ask_question(slot=found, plan=form.plan(), at=request.at, by=request.user)):
        messages.success(request, _("We’ll ask everyone who registers from now on."))
        return redirect("desk_slot_questions", event.public_id, found.public_id)
    context = slot_page(
        request,
        event,
        found,
        form=form,
        asked=[one for one in questions_of(found) if not one.is_for_all],
        of_all=[one for one in questions_of(found) if one.is_for_all],
        retired=[one for one in all_questions(found) if one.retired and not one.is_for_all],
        registered=Registration.objects.active().filter(slot=found).count(),
    )
    return render(request, "desk/slots/questions/slot_questions.html", context, status=sent.status)


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def question(request: DeskRequest, event: Event, slot: str, question: str) -> HttpResponse:
    """Changes the words of one question. `seen` is the state that the form was filled from."""
    found = _asking_slot(event, slot)
    one = _question(found, question)
    form = QuestionForm(request.POST if request.method == "POST" else None, initial=typed(one))
    edit = Edit(request, form, question_version(one))
    if edit.succeeds(
        lambda: change_question(
            slot=found, id=one.id, plan=form.plan(), seen=request.POST.get("seen"), at=request.at, by=request.user
        )
    ):
        messages.success(request, _("Saved."))
        return redirect("desk_slot_questions", event.public_id, found.public_id)
    if edit.is_overtaken:
        found = _asking_slot(event, slot)
        one = _question(found, question)
        edit.compare(typed(one), question_version(one))
    context = slot_page(request, event, found, form=form, edit=edit, question=one, answers=answers_to(found, one.id))
    return render(request, "desk/slots/questions/question.html", context, status=edit.status)


def _question(slot: Slot, id: str) -> Question:  # noqa: A002 - the field's word
    """Raises Http404 for a question that is not in use, or is asked of everyone."""
    found = next((one for one in questions_of(slot) if one.id == id and not one.is_for_all), None)
    if found is None:
        raise Http404
    return found


@require_POST
@for_event(Permission.PLAN_EVENTS)
def place(request: DeskRequest, event: Event, slot: str, question: str) -> HttpResponse:
    """Moves a question one place up or down."""
    direction = request.POST.get("direction", "")
    if direction not in list(Direction):
        return redirect("desk_slot_questions", event.public_id, slot)

    def act(found: Slot) -> None:
        place_question(slot=found, id=question, direction=Direction(direction), at=request.at, by=request.user)

    return _done(request, event, slot, act)


@require_POST
@for_event(Permission.PLAN_EVENTS)
def retirement(request: DeskRequest, event: Event, slot: str, question: str) -> HttpResponse:
    """Removes a question, or asks it again. Neither loses any answer."""
    again = request.POST.get("intent") == "again"
    act = ask_question_again if again else retire_question
    said = _("We’re asking this question again.") if again else _("Question removed. Answers already given are kept.")
    return _done(
        request, event, slot, lambda found: act(slot=found, id=question, at=request.at, by=request.user), said=said
    )


def _done(
    request: DeskRequest, event: Event, slot: str, act: Callable[[Slot], None], *, said: str = ""
) -> HttpResponse:
    found = _asking_slot(event, slot)
    with refusals_shown(request):
        act(found)
        if said:
            messages.success(request, said)
    return redirect("desk_slot_questions", event.public_id, found.public_id)
