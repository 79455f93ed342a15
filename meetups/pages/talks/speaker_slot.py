"""The slot in which speakers have their seats."""

from django.utils import translation
from django.utils.translation import pgettext

from meetups.events.models import Event


def speaker_slot_name(event: Event) -> str:
    """The name of a slot for speakers, in the event's language."""
    with translation.override(event.language):
        return pgettext("slot", "Speakers")
