"""The people of a rehearsal, and why they belong to it: the same rule for mails, the page of the desk and calendars (RULES 87)."""

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
    """A person at the rehearsal of an event, and the reasons: talks, shifts, or organizing the event.

    `since` is the time when the first reason began. None if it is not known.
    """

    event_id: int
    person: User
    talks: list[Talk] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)
    organizes: bool = False
    since: datetime | None = None

    def belonged_before(self, instant: datetime) -> bool:
        """Whether the person already belonged to it before that instant."""
        return self.since is not None and self.since < instant

    def _because(self, since: datetime | None) -> None:
        self.since = min(filter(None, (self.since, since)), default=None)


def rehearsal_people(events: Iterable[Event], *, only: User | None = None) -> list[RehearsalPerson]:
    """The speakers of accepted or confirmed talks in the order of the programme, the volunteers for stream or MC, and the
    organizers.

    The result covers each of `events`, whether its rehearsal is set or not, and all people or `only` one person. Talks come
    `with_speakers` and with `readiness`. Four queries, however many people.
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


def rehearsals_ahead(community_id: int, at: datetime) -> list[Event]:
    """The events of a community whose rehearsal has not ended."""
    ahead = Event.objects.filter(community=community_id, state=Event.State.PUBLISHED, rehearsal__ends_at__gt=at)
    return list(ahead.order_by("pk"))


def whose_rehearsal_is_ahead(event: Event, *, at: datetime, by: User) -> set[int]:
    """The primary keys of the people whose rehearsal is still ahead and moves or is cancelled with `event`.

    Leaves out `by`, who makes the change.
    """
    if not Rehearsal.objects.filter(event=event, ends_at__gt=at).exists():
        return set()
    return {one.person.pk for one in rehearsal_people([event]) if one.person != by}


def _since(talk: Talk, speaker: User) -> datetime | None:
    """The time since when `speaker` speaks in a talk that is to be held. None if it is not known."""
    joined = [one.joined_at for one in talk.joined if one.person_id == speaker.pk]
    known = [instant for instant in (talk.accepted_at, *joined) if instant]
    return max(known) if len(known) == 1 + len(joined) else None
