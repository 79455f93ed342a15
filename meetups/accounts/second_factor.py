"""The second factor of people who belong to a team."""

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from meetups.accounts.models import User


def has_shown_factor(request: HttpRequest, person: User | AnonymousUser) -> bool:
    """Whether `person` may see what their role in a team shows: the second factor was shown in this session, or none is asked for.

    It reads the session only.
    """
    if not person.is_authenticated:
        return False
    shown = get_authentication_records(request, person)
    return not settings.DESK_SECOND_FACTOR or any(record.get("method") == "mfa" for record in shown)
