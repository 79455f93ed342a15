"""The slides of an event: available and missing slides, their publication, and the themes of the talks."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.lifecycle.actions.publish_slides import publish_slides
from meetups.lifecycle.slides_audience import told_of_slides
from meetups.speakers.actions.slides.ask_for_slides import ask_for_slides
from meetups.speakers.actions.slides.republish_slides import republish_slides
from meetups.speakers.actions.slides.unpublish_slides import unpublish_slides
from meetups.speakers.actions.talks.set_themes import set_themes
from meetups.speakers.models import Talk
from meetups.speakers.slide_states import states_of, to_ask
from meetups.speakers.themes import in_one_line
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown


@require_safe
@for_event(Permission.DECIDE_TALKS)
def slides(request: DeskRequest, event: Event) -> HttpResponse:
    """Every talk of the programme with its slides and its speaker's answer. The number of queries does not grow."""
    return _page(request, event)


@require_POST
@for_event(Permission.DECIDE_TALKS)
def publication(request: DeskRequest, event: Event) -> HttpResponse:
    """Publishes the slides that may be published. The first time, everyone who had a part is told."""
    with refusals_shown(request):
        done = publish_slides(event=event, at=request.at, by=request.user)
        talks = ngettext(
            "The slides of %(count)d talk are public.", "The slides of %(count)d talks are public.", done.talks
        )
        said = talks % {"count": done.talks}
        if done.told:
            told = ngettext("We’ll email %(count)d person.", "We’ll email %(count)d people.", done.told)
            said = f"{said} {told % {'count': done.told}}"
        messages.success(request, said)
    return redirect("desk_slides", event.public_id)


@require_POST
@for_event(Permission.DECIDE_TALKS)
def request_slides(request: DeskRequest, event: Event) -> HttpResponse:
    """Asks the speakers for the missing slides."""
    with refusals_shown(request):
        asked = ask_for_slides(event=event, at=request.at, by=request.user)
        if asked:
            said = ngettext(
                "Asked for the slides of %(count)d talk.", "Asked for the slides of %(count)d talks.", asked
            ) % {"count": asked}
            messages.success(request, said)
        else:
            messages.info(request, _("Everyone has already been asked today, or nothing is missing."))
    return redirect("desk_slides", event.public_id)


@require_POST
@for_event(Permission.DECIDE_TALKS)
def of_talk(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Hides the slides of one talk if `public` is 0, and publishes them again if it is 1."""
    talk = get_object_or_404(event.talks.on_programme(), pk=pk)
    act = {"0": unpublish_slides, "1": republish_slides}.get(request.POST.get("public", ""))
    if act is None:
        return HttpResponseBadRequest()
    with refusals_shown(request):
        talk = act(talk=talk, at=request.at, by=request.user)
        names = {"title": talk.title}
        if talk.slides_published_at:
            messages.success(request, _("The slides of “%(title)s” are public again. No one is notified.") % names)
        else:
            messages.success(request, _("The slides of “%(title)s” are no longer public.") % names)
    return redirect("desk_slides", event.public_id)


@require_POST
@for_event(Permission.DECIDE_TALKS)
def themes(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """The themes of one talk, separated by commas."""
    talk = get_object_or_404(event.talks.on_programme(), pk=pk)
    words = request.POST.get("themes", "")[:300]
    try:
        set_themes(
            talk=talk,
            words=words,
            was=request.POST.get("was", "")[:300] if "was" in request.POST else None,
            at=request.at,
            by=request.user,
        )
    except DomainError as refusal:
        return _page(request, event, wrong=(talk.pk, words, str(refusal)), status=422)
    messages.success(request, _("Tags saved."))
    return redirect("desk_slides", event.public_id)


def _page(
    request: DeskRequest, event: Event, *, wrong: tuple[int, str, str] | None = None, status: int = 200
) -> HttpResponse:
    """`wrong` holds a talk, the themes as typed, and the error in them."""
    states = states_of(event.talks.on_programme().with_speakers())
    is_over = event.is_over(request.at)
    ready = [state for state in states if state.may_be_public and not state.talk.slides_published_at]
    were_published = event.slides_published_at is not None
    context = event_page(
        request,
        event,
        current="desk_slides",
        rows=[_row(state.talk, wrong) | {"state": state} for state in states],
        ready=len(ready),
        public=sum(state.talk.slides_published_at is not None for state in states),
        missing=sum(state.is_missing for state in states),
        to_ask=len(to_ask(states, request.at.astimezone(event.zone).date())) if event.is_published else 0,
        is_over=is_over,
        were_published=were_published,
        told=len(told_of_slides(event)) if ready and is_over and not were_published else 0,
    )
    return render(request, "desk/talks/slides.html", context, status=status)


def _row(talk: Talk, wrong: tuple[int, str, str] | None) -> dict[str, object]:
    known = in_one_line(talk.themes)
    typed, error = known, ""
    if wrong and wrong[0] == talk.pk:
        _pk, typed, error = wrong
    return {"talk": talk, "known": known, "themes": typed, "error": error}
