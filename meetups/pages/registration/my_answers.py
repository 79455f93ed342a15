"""The attendee's answers to the questions of their slot."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetups.pages.registration.registration_forms import QuestionsForm
from meetups.pages.site.access import SignedIn, event_and_part
from meetups.pages.site.refusal_answers import Posted
from meetups.registrations.actions.registration.change_answers import change_answers
from meetups.registrations.models import Registration
from meetups.registrations.questions.event_questions import answerable_until
from meetups.registrations.questions.questions import all_questions, answer_text, questions_of


@dataclass(frozen=True)
class MyAnswers:
    """Questions with answers in words, as (question, answer). `is_missing`: a required question is not answered."""

    lines: list[tuple[str, str]]
    can_change: bool
    is_missing: bool


def answers_of(registration: Registration, *, starts_at: datetime, at: datetime) -> MyAnswers | None:
    """None where the slot asks nothing and nothing was answered. No query, because the questions came with the slot."""
    given = registration.answers
    questions = [one for one in all_questions(registration.slot) if not one.retired or one.id in given]
    if not questions:
        return None
    is_open = answerable_until(registration.slot, starts_at) > at and any(not one.retired for one in questions)
    return MyAnswers(
        [(one.label, answer_text(given.get(one.id))) for one in questions],
        can_change=is_open,
        is_missing=is_open and any(one.required and not one.retired and not given.get(one.id) for one in questions),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def answers(request: SignedIn, public_id: str) -> HttpResponse:
    """GET shows the questions with the attendee's answers; POST changes the answers."""
    event, part = event_and_part(request, public_id)
    registration = part.registration if part else None
    if registration is None or not questions_of(registration.slot):
        return redirect("registration", event.public_id)
    form = QuestionsForm(request.POST if request.method == "POST" else None)
    form.ask(registration.slot, registration.answers)
    posted = Posted(request, form)
    if posted.succeeds(
        lambda: change_answers(registration=registration, answers=form.answers, at=request.at, by=request.user)
    ):
        messages.success(request, _("Your answers are saved."))
        return redirect("registration", event.public_id)
    context = {
        "event": event,
        "form": form,
        "slot": registration.slot,
        "is_open": answerable_until(registration.slot, event.starts_at) > request.at and event.is_open(request.at),
    }
    return posted.page("pages/registration/registration_answers.html", context)
