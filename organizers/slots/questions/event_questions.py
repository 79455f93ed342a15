"""The questions that the whole event asks, once for each person: what was answered, and their words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.lifecycle.audience import WITH_A_PLACE
from meetups.registrations.actions.questions.ask_everyone import ask_everyone
from meetups.registrations.actions.questions.change_event_question import (
    change_event_question,
    retire_event_question,
)
from meetups.registrations.models import Registration
from meetups.registrations.questions.event_questions import event_questions, is_unanswered
from meetups.registrations.questions.questions import Question, QuestionKind
from meetups.registrations.slot_settings import question_version
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import Edit, SentForm
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown
from organizers.slots.questions.question_form import QuestionForm, typed

State = Registration.State


@dataclass(frozen=True)
class Tally:
    """The answers to one question of those with a seat (`here`), and of those who wait (`waiting`)."""

    question: Question
    rows: list[tuple[str, int, int]]
    texts: list[tuple[str, str]]
    silent: int


def tallies(questions: Sequence[Question], people: Sequence[Registration]) -> list[Tally]:
    """No query. `people` have their account."""
    return [_tally(question, people) for question in questions]


def _tally(question: Question, people: Sequence[Registration]) -> Tally:
    here: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    texts: list[tuple[str, str]] = []
    silent = 0
    for one in people:
        given = one.answers.get(question.id)
        if not given:
            silent += one.state == State.CONFIRMED
        elif question.kind == QuestionKind.TEXT:
            texts.append((one.name, str(given)))
        else:
            words = given if isinstance(given, list) else [pgettext("answer", "Yes") if given is True else str(given)]
            (here if one.state == State.CONFIRMED else waiting).update(words)
    known = [pgettext("answer", "Yes")] if question.kind == QuestionKind.CONSENT else list(question.choices)
    # Someone may have chosen what is not offered any more.
    chosen = dict.fromkeys([*known, *here, *waiting])
    return Tally(question, [(word, here[word], waiting[word]) for word in chosen], texts, silent)


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def questions(request: DeskRequest, event: Event) -> HttpResponse:
    """GET shows what was answered; POST asks one more question."""
    form = QuestionForm(request.POST if request.method == "POST" else None)
    sent = SentForm(form)
    if sent.succeeds(lambda: ask_everyone(event=event, plan=form.plan(), at=request.at, by=request.user)):
        messages.success(request, _("Everyone who registers from now on is asked, in every slot."))
        return redirect("desk_event_questions", event.public_id)
    known = event_questions(event.slots.in_order())
    asked = [one for one in known if not one.retired]
    there = Registration.objects.filter(event=event, state__in=WITH_A_PLACE) if asked else Registration.objects.none()
    people = list(there.select_related("attendee").order_by("pk"))
    context = event_page(
        request,
        event,
        current="desk_event_questions",
        form=form,
        tallies=tallies(asked, people),
        retired=[one for one in known if one.retired],
        people=len(people),
        silent=sum(one.attendee_id is not None and is_unanswered(asked, one.answers) for one in people),
        may_change=not event.is_cancelled and not event.is_over(request.at),
        may_write=event.is_published and Permission.MANAGE_ATTENDEES in request.grants,
    )
    return render(request, "desk/slots/questions/event_questions.html", context, status=sent.status)


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def question(request: DeskRequest, event: Event, question: str) -> HttpResponse:
    """Changes the words of one question, in every slot."""
    one = _question(event, question)
    form = QuestionForm(request.POST if request.method == "POST" else None, initial=typed(one))
    edit = Edit(request, form, question_version(one))
    if edit.succeeds(
        lambda: change_event_question(
            event=event, id=one.id, plan=form.plan(), seen=request.POST.get("seen"), at=request.at, by=request.user
        )
    ):
        messages.success(request, _("Saved."))
        return redirect("desk_event_questions", event.public_id)
    if edit.is_overtaken:
        one = _question(event, question)
        edit.compare(typed(one), question_version(one))
    answers = Registration.objects.filter(event=event, answers__has_key=one.id).count()
    context = event_page(
        request, event, current="desk_event_questions", form=form, edit=edit, question=one, answers=answers
    )
    return render(request, "desk/slots/questions/question.html", context, status=edit.status)


@require_POST
@for_event(Permission.PLAN_EVENTS)
def retirement(request: DeskRequest, event: Event, question: str) -> HttpResponse:
    """Removes a question, or asks it again. Neither loses any answer."""
    again = request.POST.get("intent") == "again"
    with refusals_shown(request):
        retire_event_question(event=event, id=question, is_retired=not again, at=request.at, by=request.user)
        said = (
            _("We’re asking this question again.") if again else _("Question removed. Answers already given are kept.")
        )
        messages.success(request, said)
    return redirect("desk_event_questions", event.public_id)


def _question(event: Event, id: str) -> Question:  # noqa: A002 - the field's word
    """Raises Http404 for a question that is not in use."""
    found = event_questions(event.slots.in_order())
    one = next((one for one in found if one.id == id and not one.retired), None)
    if one is None:
        raise Http404
    return one
