"""Before address, password or second factor change, the person shows that they are the one who signed in (RULES 122)."""

import secrets
import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import BaseReauthenticateView, password_set
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from meetups.accounts.attempts import TRIES
from meetups.pages.entrance.codes import GuardedCode

# A sign-in counts for so many seconds. So does a code that was mailed.
FRESH = 900
MAILED = "code_for_fresh_sign_in"

# allauth asks for nothing here, because the account has no password that it could ask for.
set_password = reauthentication_required(app="allauth.account")(password_set)


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person signed in, or showed a password, a factor or a code, within the last 15 minutes in this browser."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < FRESH


def mailed_code(request: HttpRequest) -> str:
    """The code that was mailed for this session. Empty where none is good any longer."""
    mailed = request.session.get(MAILED) or {}
    is_good = mailed and time.time() - mailed["at"] < FRESH and mailed["tries"] < TRIES
    return str(mailed["code"]) if is_good else ""


@method_decorator([never_cache, login_required], name="dispatch")
class CodeByMail(BaseReauthenticateView):  # type: ignore[misc]  # allauth brings no types
    """POST with `send` mails a code; POST with the right code goes on with what was asked."""

    template_name = "account/reauthenticate_by_code.html"

    def get_form_class(self) -> type[forms.Form]:
        """allauth's form for a code. To ask for a code needs no field."""
        return forms.Form if "send" in self.request.POST else GuardedCode

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form compares with the code that was mailed."""
        kwargs: dict[str, Any] = super().get_form_kwargs()
        if "send" not in self.request.POST:
            kwargs["code"] = mailed_code(self.request)
        return kwargs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether a code is on its way, and where to."""
        is_mailed = bool(mailed_code(self.request))
        return {**super().get_context_data(**kwargs), "is_mailed": is_mailed, "email": self.request.user.email}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Mails a code, or takes the right one: it counts once."""
        if "send" in self.request.POST:
            return self._mail()
        del self.request.session[MAILED]
        email = self.request.user.email
        record_authentication(self.request, self.request.user, method="code", email=email, reauthenticated=True)
        response: HttpResponse = super().form_valid(form)
        return response

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Counts the wrong code. After three of them the code is worth nothing."""
        if mailed_code(self.request):
            mailed = self.request.session[MAILED]
            self.request.session[MAILED] = {**mailed, "tries": mailed["tries"] + 1}
        response: HttpResponse = super().form_invalid(form)
        return response

    def _mail(self) -> HttpResponse:
        code = f"{secrets.randbelow(1_000_000):06}"
        # One that has to wait leaves the code before it good.
        get_adapter().send_mail("account/email/reauthentication_code", self.request.user.email, {"code": code})
        self.request.session[MAILED] = {"code": code, "at": time.time(), "tries": 0}
        messages.info(self.request, _("We’ve emailed you a code."))
        return redirect(self.request.get_full_path())
