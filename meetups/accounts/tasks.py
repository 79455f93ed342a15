"""The clock's tasks for accounts."""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction

from meetups.accounts.attempts import DAY
from meetups.accounts.factor_secrets import write_anew
from meetups.accounts.models import Attempt, Session, User
from meetups.accounts.verified_emails import unproved_account
from meetups.core.each import clock_job, each

KEPT_FOR = timedelta(days=7)


@clock_job("accounts.clear_sessions")
def clear_sessions(at: datetime) -> str:
    """Removes sessions that have ended. Says how many."""
    ended = Session.objects.filter(expire_date__lt=at).only("pk")
    run = each(ended.iterator(), Session.delete)
    return run.report(f"{run.done} old sessions removed")


@clock_job("accounts.clear_attempts")
def clear_attempts(at: datetime) -> str:
    """Removes what limits no longer ask for (RULES 124). Says how much."""
    ended, _by_model = Attempt.objects.filter(at__lt=at - DAY).delete()
    return f"{ended} old attempts removed"


@clock_job("accounts.encrypt_factors")
def encrypt_factors(at: datetime) -> str:
    """Encrypts the secrets of second factors with the first key, after an upgrade or a new key (RULES 126). Says how many."""
    run = each(Authenticator.objects.order_by("pk").iterator(), write_anew)
    return run.report(f"{sum(run.results)} secrets of second factors encrypted anew")


@clock_job("accounts.clear_unproved")
def clear_unproved(at: datetime) -> str:
    """Removes accounts whose address was not proved within a week (RULES 121). Says how many."""
    long_ago = at - KEPT_FOR
    signed_up = User.objects.filter(emailaddress__verified=False).exclude(emailaddress__verified=True)
    waiting = signed_up.filter(joined_at__lt=long_ago, last_login=None, is_staff=False, is_superuser=False)
    run = each(waiting.distinct().iterator(), _remove)
    return run.report(f"{sum(run.results)} accounts without a proved address removed")


def _remove(person: User) -> bool:
    """Looks once more: the address may have been proved a moment ago."""
    with transaction.atomic():
        waits = User.objects.select_for_update().filter(pk=person.pk).exists() and unproved_account(person.email)
        if waits:
            person.delete()
    return bool(waits)
