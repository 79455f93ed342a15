"""The audience of a message, in words and numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from meetups.lifecycle.audience import Audience, Reached
from meetups.registrations.models import Registration
from organizers.messages.message_form import group_words

State = Registration.State


@dataclass(frozen=True)
class Counted:
    """The number of people who get a message.

    `total` is the number as a phrase, `groups` the number in each group. `twice` people are counted in several groups.
    """

    number: int
    total: str
    groups: list[tuple[str, int]]
    twice: int


def counted(found: Reached) -> Counted:
    """The numbers of an audience."""
    groups = [(f"{_state(state)} · {slot}", number) for (state, slot), number in found.places.items()]
    if found.speakers:
        groups.append((pgettext("group", "speakers"), found.speakers))
    if found.volunteers:
        groups.append((pgettext("group", "volunteers"), found.volunteers))
    number = len(found.people)
    return Counted(number, people(number), groups, sum(size for _label, size in groups) - number)


def people(number: int) -> str:
    """A number of people as a phrase."""
    return ngettext("%(count)s person", "%(count)s people", number) % {"count": number}


def in_words(audience: Audience, slots: Mapping[str, str]) -> str:
    """A description of the people in an audience, without numbers. `slots` are the names by public id."""
    if audience.chosen:
        return _("chosen from the list: %(people)s") % {"people": people(len(audience.chosen))}
    words = dict(group_words())
    names = [*audience.states, *(name for name in ("speakers", "volunteers") if getattr(audience, name))]
    parts = [pgettext("list", ", ").join(words[name] for name in names)]
    if audience.slots:
        parts.append(pgettext("list", ", ").join(slots.get(slot, "–") for slot in audience.slots))
    if audience.unanswered:
        parts.append(_("only people who haven’t answered the questions to everyone"))
    if audience.checked_in is not None:
        parts.append(_("only people checked in") if audience.checked_in else _("only people not checked in"))
    return " · ".join(parts)


def _state(state: str) -> str:
    return dict(group_words()).get(state, str(State(state).label))
