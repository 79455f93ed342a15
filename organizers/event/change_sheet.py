"""The sheet before a change of an event is published: what moves along, who is told, and the mail."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetups.accounts.models import User
from meetups.core.texts.email_layout import Content
from meetups.events.models import Event
from meetups.events.venue import WORDS
from meetups.lifecycle.actions.change_event import TOLD, ChangeOfEvent
from meetups.lifecycle.emails.event import EventChange, change_content
from meetups.lifecycle.participants import Participant
from meetups.registrations.models import Registration
from organizers.event.event_form import EventForm
from organizers.event.moves_along import MovesAlong, moves_along

State = Registration.State
NOTE = 300
# What an event can have in two languages.
IN_BOTH = ("title", "hook", "description", *WORDS)


@dataclass(frozen=True)
class ToldGroup:
    """People who can be told. Material changes are told unless switched off, others only where switched on."""

    name: str
    label: str
    number: int


@dataclass(frozen=True)
class ChangeSheet:
    """`people` is how many there are in all groups together: a person with two roles gets one mail.

    `left_behind` names what keeps its old words in the other language, beside what changes.
    """

    along: list[MovesAlong]
    groups: list[ToldGroup]
    people: int
    is_material: bool
    waits: bool
    mails: list[tuple[str, Content]]
    left_behind: list[str]


def note_in(typed: QueryDict) -> str:
    """What organizers add to the mail, as the sheet sends it: one text of at most 300 characters."""
    return " ".join(typed.get("note", "").split())[:NOTE]


def change_sheet(
    event: Event, change: ChangeOfEvent, groups: dict[str, set[int]], *, at: datetime, by: User
) -> ChangeSheet:
    """The sheet for the change that was foreseen. `groups` are those of `by_group`."""
    labels = {
        State.CONFIRMED: _("Confirmed"),
        State.APPLIED: _("In the lottery"),
        State.WAITLISTED: _("On the waitlist"),
        "volunteers": _("Volunteers"),
        "speakers": pgettext("group of people", "Speakers"),
        "helpers": _("Check-in helpers"),
    }
    languages = [event.language, *(code for code, _name in settings.LANGUAGES if code != event.language)]
    # Only its words and dates are shown, so the event that was rolled back will do.
    change.event.community = event.community
    mails = []
    for language in languages:
        with translation.override(language):
            mails.append((language, change_content(EventChange(change.event, Participant(by), change.news), at)))
    return ChangeSheet(
        moves_along(event, change),
        [ToldGroup(name, label, len(groups[name])) for name, label in labels.items() if groups.get(name)],
        len({pk for pks in groups.values() for pk in pks}),
        any(name in TOLD for name in change.changed),
        change.waits,
        mails,
        [str(EventForm.base_fields[f"other_{name}"].label) for name in IN_BOTH if _is_left_behind(change, name)],
    )


def _is_left_behind(change: ChangeOfEvent, name: str) -> bool:
    other = f"other_{name}"
    return name in change.changed and other not in change.changed and bool(getattr(change.event, other))
