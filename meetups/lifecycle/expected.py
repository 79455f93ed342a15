"""Who is expected at a rehearsal, and before the event with a connection that works."""

from dataclasses import dataclass, field
from functools import cache

from django.conf import settings
from django.utils.translation import override

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.speakers.models import Presence, Rehearsal, Talk
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.usual_shifts import BLUEPRINTS

# Who takes one of these shifts tries it out at the rehearsal.
ON_SCREEN = frozenset({"stream", "mc"})


@dataclass
class Expected:
    """One person, and why she is expected: her talks, her shifts, or because she runs the event."""

    person: User
    talks: list[Talk] = field(default_factory=list)
    shifts: list[str] = field(default_factory=list)
    is_team: bool = False


def expected_at_rehearsal(event: Event) -> list[Expected]:
    """Everyone who speaks, in the order of the programme; who runs stream or MC; who organizes (RULES 87). Four queries, any size.

    Talks come `with_speakers` and with `readiness`.
    """
    people: dict[int, Expected] = {}

    def one(person: User) -> Expected:
        return people.setdefault(person.pk, Expected(person))

    coming = Talk.objects.coming().filter(event=event).with_speakers().select_related("speaker", "readiness")
    for talk in coming.order_by("-state", "position", "pk"):
        for speaker in talk.speakers:
            one(speaker).talks.append(talk)
    signups = Signup.objects.active().filter(shift__event=event, shift__cancelled_at__isnull=True)
    for signup in signups.select_related("volunteer", "shift").order_by("shift__starts_at", "pk"):
        if is_on_screen(signup.shift):
            one(signup.volunteer).shifts.append(signup.shift.title)
    team = Membership.objects.who_may(Permission.PLAN_EVENTS, event.community_id)
    for member in team.select_related("person").order_by("since", "pk"):
        one(member.person).is_team = True
    return list(people.values())


def is_expected(event: Event, person: User, occasion: Presence.Occasion) -> bool:
    """Whether `person` can be seen at that occasion: at the rehearsal, where there is one, as above; with a connection whoever speaks."""
    if occasion == Presence.Occasion.REHEARSAL:
        is_planned = Rehearsal.objects.filter(event=event).exists()
        return is_planned and any(one.person == person for one in expected_at_rehearsal(event))
    return bool(Talk.objects.coming().filter(event=event).held_by(person).exists())


def is_on_screen(shift: Shift) -> bool:
    """Whether whoever takes the shift tries it out at the rehearsal: it is called as the usual shift for the stream or the MC."""
    return shift.title.casefold() in _words_on_screen()


@cache
def _words_on_screen() -> frozenset[str]:
    """In every language."""
    words = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            words |= {str(each.title).casefold() for each in BLUEPRINTS if each.key in ON_SCREEN}
    return frozenset(words)
