"""A form was typed by a reader who must show again who they are: what was typed comes back after that (RULES 152)."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django_htmx.http import reswap, retarget
from django_htmx.middleware import HtmxDetails

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.pages.entrance.gate import (
    SESSION_KEY,
    AfterCode,
    GateRequest,
    TooMuchTyped,
    fields_of,
    gate_request_in,
    keep,
    mail_code,
)
from meetups.pages.entrance.sign_in import AddressForm
from meetups.pages.site.access import PageRequest
from meetups.pages.site.refusal_answers import answer

# Where pages send a reader who must first show who they are.
GATES = ("account_login", "account_reauthenticate", "mfa_activate_totp", "mfa_reauthenticate")
# The field of the address here: a form that was interrupted may have one called `email`.
PREFIX = "signed-out"
# A form that comes a second time, with the address, has its files no longer.
HAD_FILES = f"{PREFIX}-files"
NOT_TYPED = {"csrfmiddlewaretoken", f"{PREFIX}-email", HAD_FILES}
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


class HtmxRequest(HttpRequest):
    """A request that went through the middleware of django-htmx."""

    htmx: HtmxDetails


class NothingTypedIsLost:
    """Middleware. A form never leads to a gate empty-handed: not of a reader who isn't signed in any longer, nor of one who has to show
    a second factor, or that it is them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: PageRequest) -> HttpResponse:
        response = self.get_response(request)
        if "HX-Request" in request.headers:
            return _in_its_place(request, response)
        # What a script sends while its page goes away must not take the place of the form that was sent.
        if request.method != "POST" or request.headers.get("Sec-Fetch-Dest", "document") != "document":
            return response
        gate = _gate_of(response)
        if not gate:
            return _forgotten(request, response)
        if _is_of_accounts(request) or not _typed(request):
            return response
        if not request.user.is_authenticated:
            return _interrupted(request) if gate == resolve_url(settings.LOGIN_URL) else response
        return _kept(request, gate)


def _gate_of(response: HttpResponse) -> str:
    """The page on which the reader has to show who they are. Empty where the response leads to none."""
    gate = response.headers.get("Location", "").partition("?")[0]
    is_gate = response.status_code == HTTPStatus.FOUND and gate in {reverse(name) for name in GATES}
    return gate if is_gate else ""


def _is_of_accounts(request: HttpRequest) -> bool:
    """Whether the form is one of signing in or of the account. Their passwords and codes are never kept."""
    match = request.resolver_match
    return match is not None and (match.url_name or "").startswith(("account_", "mfa_"))


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, without files. Empty where a form has only a button."""
    if request.content_type not in FORMS:
        return []
    pairs = [(key, text) for key, texts in request.POST.lists() for text in texts if key not in NOT_TYPED]
    return pairs if any(text for _key, text in pairs) else []


def _in_its_place(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A part of a page can't become the page for sign-in. The page gets a line at its bottom instead, and loses nothing."""
    gate = _gate_of(response)
    if not gate:
        return response
    here = cast(HtmxRequest, request).htmx.current_url_abs_path or reverse("home")
    sign_in = f"{gate}?{urlencode({'next': here})}"
    said = render(request, "pages/entrance/signed_out.html", {"url": sign_in}, status=HTTPStatus.UNAUTHORIZED)
    return retarget(reswap(said, "beforeend"), "body")


def _kept(request: HttpRequest, gate: str) -> HttpResponse:
    """The gate, and from there to what was typed. A text that is too long to wait stays on a page, from which the gate opens beside it."""
    person = cast(User, request.user)
    asked = GateRequest(
        path=request.get_full_path(),
        fields="",
        label="",
        thing="",
        email=person.email,
        name="",
        language=person.language,
        proved=person.pk,
        after=AfterCode.SHOW,
        had_files=_had_files(request),
    )
    try:
        keep(request, replace(asked, fields=fields_of(request, but=NOT_TYPED)))
    except TooMuchTyped:
        context = {"asked": asked, "typed": _typed(request), "gate": f"{gate}?{urlencode({'next': reverse('desk')})}"}
        return render(request, "pages/entrance/typed_again.html", context, status=422)
    return redirect(f"{gate}?{urlencode({'next': reverse('typed_again')})}")


def _forgotten(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response. What waited for its person is forgotten once its page took it, or shows it again."""
    is_taken = response.status_code < HTTPStatus.BAD_REQUEST or response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    if is_taken and request.user.is_authenticated:
        asked = gate_request_in(request)
        is_its = asked and asked.path == request.get_full_path() and asked.proved == request.user.pk
        if asked and is_its and asked.after == AfterCode.SHOW:
            del request.session[SESSION_KEY]
    return response


def _had_files(request: HttpRequest) -> bool:
    return bool(request.FILES) or HAD_FILES in request.POST


def _interrupted(request: PageRequest) -> HttpResponse:
    """Asks for the address on the same page, and keeps what was typed there."""
    form = AddressForm(request.POST if f"{PREFIX}-email" in request.POST else None, prefix=PREFIX)
    refusal: DomainError | None = None
    if form.is_valid():
        try:
            asked = GateRequest(
                path=request.get_full_path(),
                fields=fields_of(request, but=NOT_TYPED),
                label=_("Sign in"),
                thing=settings.SITE_NAME,
                email=form.cleaned_data["email"],
                name="",
                language=get_language() or settings.LANGUAGE_CODE,
                after=AfterCode.SHOW,
                had_files=_had_files(request),
            )
            mail_code(request, asked, at=request.at)
            return redirect("gate_code")
        except DomainError as error:
            refusal = error
    context = {"form": form, "typed": _typed(request), "had_files": _had_files(request), "files_field": HAD_FILES}
    return answer(request, "pages/entrance/interrupted.html", context, refusal=refusal, status=422)


@never_cache
@require_GET
@login_required
def typed_again(request: HttpRequest) -> HttpResponse:
    """What the reader typed before they had to show who they are, with one button that sends it."""
    asked = gate_request_in(request)
    if asked is None or asked.proved != request.user.pk:
        return redirect("my_page")
    typed = [(key, text) for key, texts in QueryDict(asked.fields).lists() for text in texts]
    # What people write has spaces, lines, or letters beyond ASCII. Ids, dates and choices need not be read again.
    words = [text for _key, text in typed if " " in text or "\n" in text or not text.isascii()]
    return render(request, "pages/entrance/typed_again.html", {"asked": asked, "typed": typed, "words": words})
