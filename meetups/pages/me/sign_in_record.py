"""What the security log learns from allauth's adapters: wrong codes, wrong passwords and limits of signing in."""

from typing import Any

from allauth.account.utils import url_str_to_user_pk
from allauth.core import context
from allauth.core.internal.adapter import BaseAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from meetups.accounts.factor_secrets import EncryptedSecrets
from meetups.core.security_log import SecurityEvent, record_security

# allauth's names of what it refuses. All other refusals are mistakes in a form.
REFUSALS = {
    "incorrect_code": SecurityEvent.WRONG_CODE,
    "email_password_mismatch": SecurityEvent.SIGN_IN_REFUSED,
    "account_inactive": SecurityEvent.SIGN_IN_REFUSED,
    "enter_current_password": SecurityEvent.SIGN_IN_REFUSED,
    "incorrect_password": SecurityEvent.SIGN_IN_REFUSED,
    "too_many_login_attempts": SecurityEvent.LIMIT_REACHED,
    "rate_limited": SecurityEvent.LIMIT_REACHED,
}


class RecordedRefusals(BaseAdapter):  # type: ignore[misc]  # allauth brings no types
    """An adapter whose refusals stand in the security log."""

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """allauth's error. `code` is its name of the reason."""
        if code in REFUSALS:
            record_security(REFUSALS[code], person=whose(context.request), reason=code)
        error: ValidationError = super().validation_error(code, *args)
        return error


class SecondFactorAdapter(RecordedRefusals, EncryptedSecrets):
    """The second factor, with its wrong codes in the security log."""


def whose(request: HttpRequest | None) -> int | None:
    """The id of the person who is signed in here, or who is half-way; None for anyone else."""
    if request is None:
        return None
    if request.user.is_authenticated:
        return request.user.pk
    half_way = request.session.get("account_login") or {}
    number: int | None = url_str_to_user_pk(half_way["user_pk"]) if half_way.get("user_pk") else None
    return number
