"""What an action of the dashboard refuses, where it was asked by a button."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest

from meetups.core.errors import DomainError


@contextmanager
def refusals_shown(request: HttpRequest) -> Iterator[None]:
    """For an action, and for what is said once it is done: if it is refused, the next page says why."""
    try:
        yield
    except DomainError as refusal:
        messages.error(request, str(refusal))
