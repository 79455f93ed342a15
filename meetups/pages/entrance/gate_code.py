"""The page for the code of a gate: the right one signs in, and what was typed at the gate is done (RULES 151)."""

from dataclasses import replace
from typing import cast

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from meetups.accounts.actions.prove_owner import prove_owner
from meetups.accounts.attempts import CodeIsUsedUp
from meetups.accounts.forms import CodeForm
from meetups.core.errors import DomainError
from meetups.core.security_log import SecurityEvent, record_security
from meetups.pages.entrance.codes import guessing
from meetups.pages.entrance.gate import CODE_SECONDS, AfterCode, GateRequest, gate_request_in, keep, mail_code
from meetups.pages.site.access import PageRequest
from meetups.pages.site.refusal_answers import answer

TEMPLATE = "pages/entrance/gate_code.html"


class NotThisCode(DomainError):
    message = gettext_lazy("Wrong code. Check the newest email; after three wrong codes you need a new one.")
    status = 422


class CodeIsOver(DomainError):
    message = gettext_lazy("This code no longer works. Get a new one: what you typed is still here.")
    status = 422


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def gate_code(request: PageRequest) -> HttpResponse:
    """GET asks for the code. POST with the right one signs in and does what was asked for; with `send` it mails a new code."""
    asked = gate_request_in(request)
    if asked is None or not asked.mailed:
        # Also where the mail was opened on another device. A page with 410 would be kept by no browser either.
        return answer(request, TEMPLATE, {}, status=410)
    if request.user.is_authenticated:
        return redirect(asked.path)
    form = CodeForm(request.POST if request.method == "POST" and "send" not in request.POST else None)
    refusal: DomainError | None = None
    try:
        if request.method == "POST" and "send" in request.POST:
            mail_code(request, asked, at=request.at)
            messages.info(request, _("We’ve emailed you a new code."))
            return redirect("gate_code")
        if form.is_valid():
            _check(request, asked, form.cleaned_data["code"])
            return _sign_in(request, asked)
    except NotThisCode as error:
        form.add_error("code", str(error))
    except DomainError as error:
        refusal = error
    context = {"asked": gate_request_in(request), "form": form}
    return answer(request, TEMPLATE, context, refusal=refusal, status=422 if form.errors else 200)


def _check(request: PageRequest, asked: GateRequest, code: str) -> None:
    """Raises TooManyGuesses, CodeIsOver, NotThisCode. Wrong codes are counted as everywhere (RULES 124)."""
    try:
        with guessing(request, asked.email, NotThisCode, at=request.at, code=asked.code):
            if not asked.is_good:
                raise CodeIsOver
            if not constant_time_compare(code, asked.code):
                record_security(SecurityEvent.WRONG_CODE, reason="gate_code")
                keep(request, replace(asked, tries=asked.tries + 1))
                raise NotThisCode
    except CodeIsUsedUp as error:
        raise CodeIsOver from error


def _sign_in(request: HttpRequest, asked: GateRequest) -> HttpResponse:
    """Signs in like any code: a person with a second factor is asked for it first. `carry_out` does the rest."""
    person = prove_owner(email=asked.email, name=asked.name, language=asked.language)
    # A second click in the same moment signs in, too, and does nothing else (RULES 269). The key is a primary key.
    is_first = cache.add(f"gate_code:{request.session.session_key}:{asked.mailed}", "y", CODE_SECONDS)
    after = asked.after if is_first else AfterCode.GO
    keep(request, replace(asked, code="", mailed=0.0, proved=person.pk, after=after))
    record_authentication(request, person, method="code", email=person.email)
    return cast(HttpResponse, perform_login(request, person, email=person.email, redirect_url=asked.path))
