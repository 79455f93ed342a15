"""The session ended while a form was being typed: what was typed comes back after sign-in (RULES 152)."""

from collections.abc import Callable
from http import HTTPStatus
from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django_htmx.http import reswap, retarget
from django_htmx.middleware import HtmxDetails

from meetups.core.errors import DomainError
from meetups.pages.entrance.gate import After, Asked, asked_in, fields_of, mail_code
from meetups.pages.entrance.sign_in import AddressForm
from meetups.pages.site.refusal_answers import answer

# Where pages send a reader who must first show who they are.
GATES = ("account_login", "account_reauthenticate", "mfa_activate_totp", "mfa_reauthenticate")
# The field of the address here: a form that was interrupted may have one called `email`.
PREFIX = "signed-out"
NOT_TYPED = "csrfmiddlewaretoken"


class HtmxRequest(HttpRequest):
    """A request that went through the middleware of django-htmx."""

    htmx: HtmxDetails


class NothingTypedIsLost:
    """Middleware. A form of a reader who isn't signed in any longer is not sent to sign-in empty-handed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "HX-Request" in request.headers:
            return _in_its_place(request, response)
        is_lost = (
            request.method == "POST" and response.status_code == HTTPStatus.FOUND and not request.user.is_authenticated
        )
        if not is_lost or not response.headers["Location"].startswith(f"{resolve_url(settings.LOGIN_URL)}?"):
            return response
        # Files are not kept.
        is_page = request.content_type == "application/x-www-form-urlencoded"
        match = request.resolver_match
        is_sign_in = match is not None and (match.url_name or "").startswith(("account_", "mfa_"))
        if is_sign_in or not is_page or not any(text for name, text in request.POST.items() if name != NOT_TYPED):
            return response
        return _interrupted(request)


def _in_its_place(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A part of a page can't become the page for sign-in. The page gets a line at its bottom instead, and loses nothing."""
    gate = response.headers.get("Location", "").partition("?")[0]
    if response.status_code != HTTPStatus.FOUND or gate not in {reverse(name) for name in GATES}:
        return response
    here = cast(HtmxRequest, request).htmx.current_url_abs_path or reverse("home")
    sign_in = f"{gate}?{urlencode({'next': here})}"
    said = render(request, "pages/entrance/signed_out.html", {"url": sign_in}, status=HTTPStatus.UNAUTHORIZED)
    return retarget(reswap(said, "beforeend"), "body")


def _interrupted(request: HttpRequest) -> HttpResponse:
    """Asks for the address on the same page, and keeps what was typed there."""
    name = f"{PREFIX}-email"
    form = AddressForm(request.POST if name in request.POST else None, prefix=PREFIX)
    refusal: DomainError | None = None
    if form.is_valid():
        try:
            asked = Asked(
                path=request.get_full_path(),
                fields=fields_of(request, but={name}),
                label=_("Sign in"),
                thing=settings.SITE_NAME,
                email=form.cleaned_data["email"],
                name="",
                language=get_language() or settings.LANGUAGE_CODE,
                after=After.SHOW,
            )
            mail_code(request, asked, at=timezone.now())
            return redirect("gate_code")
        except DomainError as error:
            refusal = error
    typed = [
        (key, text) for key, texts in request.POST.lists() for text in texts if key not in {name, "csrfmiddlewaretoken"}
    ]
    return answer(
        request, "pages/entrance/interrupted.html", {"form": form, "typed": typed}, refusal=refusal, status=422
    )


@never_cache
@require_GET
@login_required
def typed_again(request: HttpRequest) -> HttpResponse:
    """What the reader typed before their session ended, with one button that sends it."""
    asked = asked_in(request)
    if asked is None or asked.proved != request.user.pk:
        return redirect("my_page")
    typed = [(key, text) for key, texts in QueryDict(asked.fields).lists() for text in texts]
    # What people write has spaces, lines, or letters beyond ASCII. Ids, dates and choices need not be read again.
    words = [text for _key, text in typed if " " in text or "\n" in text or not text.isascii()]
    return render(request, "pages/entrance/typed_again.html", {"asked": asked, "typed": typed, "words": words})
