"""A new code for an address that isn't proved yet. Whether the address has an account makes no difference (RULES 28)."""

import time

from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import stash_login
from allauth.account.views import ConfirmEmailVerificationCodeView
from django import forms
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache


@method_decorator(never_cache, name="dispatch")
class ProofOfAddress(ConfirmEmailVerificationCodeView):  # type: ignore[misc]  # allauth brings no types
    """allauth's page for the code. A new code is good for as long as the first one."""

    def _resend_form_valid(self, form: forms.Form) -> HttpResponse:
        """Raises ImmediateHttpResponse where the mail has to wait."""
        process = self._process
        if "user_id" not in process.state or process.state.get("account_already_exists"):
            # allauth sends nothing here, so it would never make this reader wait.
            get_adapter(self.request).remind_of_account(process.email)
        process.state["at"] = time.time()
        response: HttpResponse = super()._resend_form_valid(form)
        if self.stage:
            self.stage.login.initiated_at = time.time()
            stash_login(self.request, self.stage.login)
        return response
