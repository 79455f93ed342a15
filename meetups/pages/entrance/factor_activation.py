"""Turning an authenticator app on. Its first code is used by that, and shows the factor in this browser (RULES 174)."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.totp.views import ActivateTOTPView
from django.http import HttpResponse


class FirstCodeForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth brings no types
    """The code that shows that the app was set up. It counts once, like every later one."""

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if not TOTP(Authenticator(user=self.user))._mark_code_used(code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class FactorActivation(ActivateTOTPView):  # type: ignore[misc]  # allauth brings no types
    """The person goes on to the dashboard without a second code."""

    form_class = FirstCodeForm

    def form_valid(self, form: FirstCodeForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        factor = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        post_authentication(self.request, factor)
        return response
