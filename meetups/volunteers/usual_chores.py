"""The usual lines of a teardown list: a first draft, from an organizer's account (ORIGIN: "after")."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from meetups.volunteers.models import Chore
from meetups.volunteers.teardown_list import ChoreLine

DO, DO_NOT = Chore.Sort.DO, Chore.Sort.DO_NOT
USUAL = [
    (
        DO,
        gettext_noop("Sort the trash into the right bins"),
        gettext_noop("Empty bottles and cans; keep food waste separate."),
    ),
    (DO, gettext_noop("Wipe the desks and chairs"), ""),
    (DO, gettext_noop("Put desks and chairs back as they were"), gettext_noop("Compare with the photos.")),
    (DO, gettext_noop("Take down notices, arrows and posters"), gettext_noop("The entrance and the elevator, too.")),
    (DO, gettext_noop("Put stands, microphones and cables back in their place"), ""),
    (DO, gettext_noop("Look for lost property"), gettext_noop("Desks, floor and cloakroom. Give it to the lead.")),
    (DO, gettext_noop("Windows closed, lights and air conditioning off"), ""),
    (DO, gettext_noop("Doors locked, keys and passes returned"), ""),
    (DO_NOT, gettext_noop("Leave no trash in the venue’s own bins unless the venue says so"), ""),
    (DO_NOT, gettext_noop("Don’t touch equipment that wasn’t part of the event"), ""),
    (DO_NOT, gettext_noop("Don’t drag desks across the floor"), gettext_noop("Two people lift each desk.")),
]


def usual_lines(language: str) -> list[ChoreLine]:
    """The usual list in `language`."""
    with override(language):
        return [ChoreLine(sort, _(text), _(detail) if detail else "") for sort, text, detail in USUAL]
