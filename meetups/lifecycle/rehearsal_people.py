"""Who belongs to a rehearsal, and why: the one rule for mails, the board of the desk and calendars (RULES 87)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import Permission, roles_with
from meetups.events.models import Event
from meetups.speakers.models import Rehearsal, Talk
from meetups.volunteers.models import Shift, Signup


@dataclass
class RehearsalPerson:
    """One person at the rehearsal of one event, and why: the talks, the shifts, or because the person organizes the event.

    `since` is when the first of these began; None where nobody knows.
    """

    event_id: int
    person: User
    talks: list[Talk] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)
    organizes: bool = False
    since: datetime | None = None

    def belonged(self, before: datetime) -> bool:
        """Whether it was so already before that instant."""
        return self.since is not None and self.since < before

    def _because(self, since: datetime | None) -> None:
        self.since = min(filter(None, (self.since, since)), default=None)


def rehearsal_people(events: Iterable[Event], *, only: User | None = None) -> list[RehearsalPerson]:
    """Everyone who speaks in a talk that is accepted or confirmed, in the order of the programme; who does stream or MC; who organizes.

    Of each of `events`, whether its rehearsal is set or not; of all people, or `only` of one. Talks come `with_speakers` and with
    `readiness`. Four queries, any size.
    """
    people: dict[tuple[int, int], RehearsalPerson] = {}

    def one(event_id: int, person: User, since: datetime | None) -> RehearsalPerson:
        found = people.setdefault((event_id, person.pk), RehearsalPerson(event_id, person))
        found._because(since)
        return found

    talks = Talk.objects.coming().filter(event__in=events).with_speakers().select_related("speaker", "readiness")
    signups = Signup.objects.on_screen().filter(shift__event__in=events).select_related("volunteer", "shift")
    team = Membership.objects.filter(community__events__in=events, role__in=roles_with(Permission.PLAN_EVENTS))
    if only:
        talks, signups, team = talks.held_by(only), signups.filter(volunteer=only), team.filter(person=only)
    for talk in talks.order_by("-state", "position", "pk"):
        for speaker in talk.speakers:
            if only in (None, speaker):
                one(talk.event_id, speaker, _since(talk, speaker)).talks.append(talk)
    for signup in signups.order_by("shift__starts_at", "pk"):
        one(signup.shift.event_id, signup.volunteer, signup.signed_up_at).shifts.append(signup.shift)
    for member in team.annotate(event_id=F("community__events")).select_related("person").order_by("since", "pk"):
        one(vars(member)["event_id"], member.person, member.since).organizes = True
    return list(people.values())


def whose_rehearsal_is_ahead(event: Event, *, at: datetime, by: User) -> set[int]:
    """Whom it concerns, by primary key, that a rehearsal which is still ahead moves with `event`, or goes with it; not `by`, who does it."""
    if not Rehearsal.objects.filter(event=event, ends_at__gt=at).exists():
        return set()
    return {one.person.pk for one in rehearsal_people([event]) if one.person != by}


def _since(talk: Talk, speaker: User) -> datetime | None:
    """Since when `speaker` speaks in a talk that is to be held."""
    joined = [one.joined_at for one in talk.joined if one.person_id == speaker.pk]
    known = [instant for instant in (talk.accepted_at, *joined) if instant]
    return max(known) if len(known) == 1 + len(joined) else None
