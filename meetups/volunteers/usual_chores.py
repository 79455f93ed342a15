"""What teardown nearly always is: the first draft of a list, from an organizer's account (ORIGIN: "after")."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from meetups.volunteers.models import Chore
from meetups.volunteers.teardown_list import ChoreLine

DO, DO_NOT = Chore.Sort.DO, Chore.Sort.DO_NOT
USUAL = [
    (DO, gettext_noop("Sort the rubbish into the right bins"), gettext_noop("Bottles and cans empty, food apart.")),
    (DO, gettext_noop("Wipe the desks and chairs"), ""),
    (DO, gettext_noop("Put desks and chairs back as they were"), gettext_noop("Compare with the photos.")),
    (DO, gettext_noop("Take down notices, arrows and posters"), gettext_noop("The entrance and the lift, too.")),
    (DO, gettext_noop("Put stands, microphones and cables back in their place"), ""),
    (DO, gettext_noop("Look for lost property"), gettext_noop("Desks, floor and cloakroom. Give it to the lead.")),
    (DO, gettext_noop("Windows closed, lights and air conditioning off"), ""),
    (DO, gettext_noop("Doors locked, keys and passes given back"), ""),
    (DO_NOT, gettext_noop("Leave no rubbish in the venue's own bins unless the venue says so"), ""),
    (DO_NOT, gettext_noop("Do not touch equipment that was not part of the event"), ""),
    (DO_NOT, gettext_noop("Do not drag desks over the floor"), gettext_noop("Two people lift one.")),
]


def usual_lines(language: str) -> list[ChoreLine]:
    """The usual list in `language`."""
    with override(language):
        return [ChoreLine(sort, _(text), _(detail) if detail else "") for sort, text, detail in USUAL]
