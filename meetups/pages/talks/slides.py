"""The slides of a talk: its speakers add them, remove them, and decide about their publication."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.validators import URLValidator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from meetups.core.errors import DomainError
from meetups.core.files.pdf import PdfTooLarge, UnfitPdf
from meetups.core.files.upload_limit import was_too_large
from meetups.core.texts.safe_text import leads_where_it_says
from meetups.events.models import Event
from meetups.pages.site.access import PageRequest, SignedIn
from meetups.pages.site.refusal_answers import answer
from meetups.speakers.actions.slides.add_slides import add_slides
from meetups.speakers.actions.slides.answer_publication import answer_publication
from meetups.speakers.actions.slides.remove_slides import remove_slides
from meetups.speakers.actions.talks.set_themes import set_themes
from meetups.speakers.models import Readiness, Talk
from meetups.speakers.slide_states import states_of
from meetups.speakers.themes import in_one_line, spellings


class SlidesForm(forms.Form):
    """A link, a PDF, or both. An empty field changes nothing."""

    url = forms.URLField(
        label=gettext_lazy("Link to your slides"),
        max_length=300,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https", "http"])],
        help_text=gettext_lazy("Where you keep them: Speaker Deck, Docswell, Google Slides, your own site…"),
    )
    file = forms.FileField(
        label=gettext_lazy("or a PDF"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        help_text=gettext_lazy("Up to 30 MB. We store it here and share it unchanged."),
    )

    def clean_url(self) -> str:
        """Refuses a link that leads to another place than its readers would think."""
        url = str(self.cleaned_data["url"])
        if url and not leads_where_it_says(url):
            raise forms.ValidationError(URLValidator.message, code="invalid")
        return url


class ThemesForm(forms.Form):
    """The themes in one line."""

    themes = forms.CharField(
        label=gettext_lazy("Tags"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Up to 5 words that help people find the talk, separated by commas."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def slides(request: SignedIn, pk: int) -> HttpResponse:
    """GET shows the slides and who sees them; POST adds or replaces them."""
    talk = talk_of_mine(request, pk)
    if request.method != "POST":
        return _page(request, talk)
    form = SlidesForm(request.POST, request.FILES)
    if was_too_large(request):
        form.add_error("file", str(PdfTooLarge()))
    refusal: DomainError | None = None
    if form.is_valid():
        try:
            add_slides(
                talk=talk,
                url=form.cleaned_data["url"],
                file=form.cleaned_data["file"] or None,
                at=request.at,
                by=request.user,
            )
        except UnfitPdf as error:
            form.add_error("file", str(error))
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("Slides received. The organizers can see them."))
            return redirect("talk_slides", talk.pk)
    return _page(request, talk, form=form, refusal=refusal)


@require_POST
@login_required
def removal(request: SignedIn, pk: int) -> HttpResponse:
    """Removes what `part` names: the link or the file."""
    talk = talk_of_mine(request, pk)
    part = request.POST.get("part")
    if part not in {"link", "file"}:
        return HttpResponseBadRequest()
    remove_slides(talk=talk, link=part == "link", file=part == "file", at=request.at, by=request.user)
    messages.success(request, _("Deleted. No one can open it now."))
    return redirect("talk_slides", talk.pk)


@require_POST
@login_required
def publication(request: SignedIn, pk: int) -> HttpResponse:
    """Saves whether the slides may be published: `answer` is yes or no. Only the talk's own speaker answers."""
    talk = get_object_or_404(Talk.objects.select_related("event__community", "speaker"), speaker=request.user, pk=pk)
    given = request.POST.get("answer")
    if given not in Readiness.Publication.values:
        return HttpResponseBadRequest()
    try:
        answer_publication(talk=talk, answer=Readiness.Publication(given), at=request.at, by=request.user)
    except DomainError as error:
        return _page(request, talk, refusal=error)
    if given == Readiness.Publication.YES:
        messages.success(request, _("Thank you. Your answer is saved."))
    else:
        messages.success(request, _("Your answer is saved: your slides won’t be published."))
    return redirect("talk_slides", talk.pk)


@require_POST
@login_required
def themes(request: SignedIn, pk: int) -> HttpResponse:
    """Saves the themes of the talk, from one line."""
    talk = talk_of_mine(request, pk)
    form = ThemesForm(request.POST)
    if form.is_valid():
        try:
            set_themes(talk=talk, words=form.cleaned_data["themes"], at=request.at, by=request.user)
        except DomainError as error:
            form.add_error("themes", str(error))
        else:
            messages.success(request, _("Tags saved."))
            return redirect("talk_slides", talk.pk)
    return _page(request, talk, themes_form=form)


def talk_of_mine(request: SignedIn, pk: int) -> Talk:
    """A talk that the reader holds, alone or with others. Raises Http404."""
    return get_object_or_404(Talk.objects.held_by(request.user).select_related("event__community", "speaker"), pk=pk)


def _page(
    request: PageRequest,
    talk: Talk,
    *,
    form: SlidesForm | None = None,
    themes_form: ThemesForm | None = None,
    refusal: DomainError | None = None,
) -> HttpResponse:
    talk.refresh_from_db(fields=["slides_url", "slides_file", "slides_name", "slides_published_at", "themes", "state"])
    [state] = states_of([talk])
    context: dict[str, Any] = {
        "event": talk.event,
        "talk": talk,
        "state": state,
        "is_mine": talk.speaker_id == request.user.pk,
        "takes_slides": talk.event.is_published and talk.state in (Talk.State.ACCEPTED, Talk.State.CONFIRMED),
        "were_published": talk.event.slides_published_at is not None,
        "is_over": talk.event.is_over(request.at),
        "form": form or SlidesForm(),
        "themes_form": themes_form or ThemesForm(initial={"themes": in_one_line(talk.themes)}),
        "known_themes": in_one_line(_themes_of_others(request, talk)[:12]),
    }
    has_errors = bool(form and form.errors) or bool(themes_form and themes_form.errors)
    return answer(request, "pages/talks/slides.html", context, refusal=refusal, status=422 if has_errors else 200)


def _themes_of_others(request: HttpRequest, talk: Talk) -> list[str]:
    """The themes that the community has used so far, in talks that the reader finds or will find in the archive."""
    events = Event.objects.listed_for(request.user).filter(community=talk.event.community).order_by().values("pk")
    return sorted(set(spellings(Talk.objects.on_programme().filter(event__in=events)).values()) - set(talk.themes))
