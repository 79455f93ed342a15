"""The message to those who have not answered what the whole event asks, before an organizer changes it."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetups.events.models import Event
from meetups.registrations.models import Registration

State = Registration.State


def reply_reminder(event: Event) -> dict[str, Any]:
    """The form, in the event's language."""
    with translation.override(event.language):
        variables = {name: f"{{{{{pgettext('variable', name)}}}}}" for name in ("questions",)}
        return {
            "groups": [State.CONFIRMED.value, State.WAITLISTED.value, State.APPLIED.value],
            "unanswered": "on",
            f"subject_{event.language}": _("A question before the event"),
            f"body_{event.language}": _(
                "We’d like to know something from everyone. You don’t have to register again:\n\n%(questions)s"
            )
            % variables,
        }
