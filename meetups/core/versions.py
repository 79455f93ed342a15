"""Two people edit one thing: the second to save is told, and neither's words are lost (RULES 118).

A form carries the version of what it was filled from. Its action compares it with the version under the lock.
"""

import hashlib
import json
from collections.abc import Iterable

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError


class ChangedMeanwhile(DomainError):
    """Someone else has changed the values that this form was filled from."""

    message = _("Someone else changed this while you were editing. Nothing is saved yet.")


def version(*values: object) -> str:
    """A fingerprint, in 16 characters, of the values that a form was filled from. The same values give the same version."""
    return hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()[:16]


def version_of(thing: Model | None, names: Iterable[str]) -> str:
    """The version of the columns `names`; of what is not there yet, the version of nothing."""
    return version(*(_stored(getattr(thing, name)) for name in names)) if thing else version()


def _stored(value: object) -> object:
    return value.pk if isinstance(value, Model) else value


def refuse_what_has_changed(seen: str | None, now: str) -> None:
    """Raises ChangedMeanwhile if the form was filled from other values. None means that there was no form."""
    if seen is not None and seen != now:
        raise ChangedMeanwhile
