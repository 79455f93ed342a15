"""The parts that people have in an event."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from meetups.accounts.models import User
from meetups.communities.permissions import Role
from meetups.core.sql_statements import Statement
from meetups.events.event_roles import EventRole
from meetups.events.models import Event
from meetups.events.open_event import EVENT_COLUMNS, EVENT_IS_OPEN, EVENT_TABLES, EVENT_WIDTH, event_from
from meetups.lifecycle.rehearsal_people import RehearsalPerson
from meetups.registrations.models import Registration
from meetups.registrations.pen.queries import (
    REGISTRATION_COLUMNS,
    REGISTRATION_WIDTH,
    SLOT_COLUMNS,
    registration_from,
    slot_from,
)
from meetups.speakers.models import Talk
from meetups.volunteers.models import Signup

GROUPS = (
    *(str(state) for state in Registration.State if state != Registration.State.CANCELLED),
    "volunteers",
    "speakers",
    "helpers",
)


@dataclass
class Participant:
    """All parts of one person in one event. `talks` includes talks with another speaker."""

    person: User
    registration: Registration | None = None
    talks: list[Talk] = field(default_factory=list)
    signups: list[Signup] = field(default_factory=list)
    # Only set by `mail_recipients`: why the person belongs to the rehearsal, if there is one.
    rehearses: RehearsalPerson | None = None
    # Likewise: whether the person checks people in there (RULES 249).
    helps: bool = False
    # Only set by `part_of` and `open_event_and_part`: whether the person follows the community.
    follows: bool = False
    # Likewise: whether the person asked to be told when registration opens (RULES 222).
    is_reminded: bool = False

    @property
    def speaks(self) -> bool:
        """Whether a talk of the person is to be held. People who have only proposed a talk do not get links for speakers."""
        return any(talk.state in (Talk.State.ACCEPTED, Talk.State.CONFIRMED) for talk in self.talks)

    def leads(self, talk: Talk) -> bool:
        """Whether the person may confirm and withdraw this talk. In other talks the person is a co-speaker."""
        return talk.speaker_id == self.person.pk


def parts_of(event: Event) -> list[Participant]:
    """Everyone who can get mail and has an active registration, a talk that is not rejected or withdrawn, or a shift.

    Four queries, however many people.
    """
    parts: dict[int, Participant] = {}

    def part(person: User) -> Participant:
        return parts.setdefault(person.pk, Participant(person))

    accounts = Registration.objects.active().filter(event=event, attendee__isnull=False)
    for registration in accounts.with_people().order_by("pk"):
        part(registration.person).registration = registration
    for talk in Talk.objects.alive().filter(event=event).with_speakers().order_by("pk"):
        for speaker in talk.speakers:
            part(speaker).talks.append(talk)
    for signup in (
        Signup.objects.active().filter(shift__event=event).select_related("volunteer", "shift__lead").order_by("pk")
    ):
        part(signup.volunteer).signups.append(signup)
    return list(parts.values())


def helpers_of(event: Event) -> set[int]:
    """The primary keys of those who help with check-in there. One query."""
    helpers = EventRole.objects.active().filter(event=event, role=Role.HELPER, person__is_active=True)
    return set(helpers.values_list("person_id", flat=True))


def by_group(event: Event) -> dict[str, set[int]]:
    """The primary keys of everyone who is told of changes, in groups that can be told apart: by state of a registration, volunteers,
    speakers, helpers.
    """
    groups: dict[str, set[int]] = {name: set() for name in GROUPS}
    groups["helpers"] = helpers_of(event)
    for part in parts_of(event):
        if part.registration:
            groups[part.registration.state].add(part.person.pk)
        if part.signups:
            groups["volunteers"].add(part.person.pk)
        if part.talks:
            groups["speakers"].add(part.person.pk)
    return groups


def people_concerned(event: Event) -> set[int]:
    """The primary keys of everyone who must hear of a cancellation: everyone with a part, helpers, and people who have only asked
    for a shift.
    """
    asked = Signup.objects.awaiting_approval().filter(shift__event=event)
    people = {part.person.pk for part in parts_of(event)}
    return people | helpers_of(event) | set(asked.values_list("volunteer_id", flat=True))


# The person's registration with slot and lottery, and whether the person has a talk or a shift (few have one), follows, and wants to
# be told of the opening.
_PART_COLUMNS = f"""
    {REGISTRATION_COLUMNS}, {SLOT_COLUMNS},
    EXISTS (
        SELECT FROM speakers_talk talk
        WHERE talk.event_id = {{event}} AND talk.state NOT IN ('rejected', 'withdrawn') AND (
            talk.speaker_id = %(person)s OR EXISTS (
                SELECT FROM speakers_cospeaker co_speaker WHERE co_speaker.talk_id = talk.id
                    AND co_speaker.person_id = %(person)s AND co_speaker.state = 'joined'))
    ),
    EXISTS (
        SELECT FROM volunteers_signup signup JOIN volunteers_shift shift ON shift.id = signup.shift_id
        WHERE shift.event_id = {{event}} AND signup.volunteer_id = %(person)s AND signup.state = 'signed_up'
    ),
    EXISTS (
        SELECT FROM communities_follow follow JOIN events_event followed ON followed.community_id = follow.community_id
        WHERE followed.id = {{event}} AND follow.person_id = %(person)s
    ),
    EXISTS (
        SELECT FROM events_event opening JOIN notifications_preference asked
            ON asked.thread = 'event:' || opening.public_id AND asked.person_id = %(person)s
        WHERE opening.id = {{event}} AND opening.registration_opens_at IS NOT NULL AND asked.topic = 'opening' AND asked.wanted
    )
"""
_PART_TABLES = """
    LEFT JOIN registrations_registration registration
        ON registration.event_id = {event} AND registration.attendee_id = %(person)s AND registration.state <> 'cancelled'
    LEFT JOIN registrations_slot slot ON slot.id = registration.slot_id
    LEFT JOIN registrations_lottery lottery ON lottery.slot_id = slot.id
"""
_PART = Statement(
    f"SELECT {_PART_COLUMNS} FROM (SELECT) here {_PART_TABLES}".format(event="%(event)s")  # one row, whatever there is
)
_EVENT_AND_PART = Statement(
    f"SELECT {EVENT_COLUMNS}, {_PART_COLUMNS} FROM {EVENT_TABLES} {_PART_TABLES} WHERE {EVENT_IS_OPEN}".format(
        event="event.id"
    )
)


def part_of(event: Event, person: User) -> Participant:
    """The part of `person` in `event`. One query, and one more each for talks and for shifts if there are any."""
    row = _PART.one(event=event.pk, person=person.pk)
    assert row is not None
    return _part_from(row, event, person)


def open_event_and_part(public_id: str, person: User) -> tuple[Event, Participant] | None:
    """The event with its community and the part of `person`, as from `open_event` and `part_of`. One query instead of two."""
    row = _EVENT_AND_PART.one(public_id=public_id, person=person.pk)
    if row is None:
        return None
    event = event_from(row)
    return event, _part_from(row[EVENT_WIDTH:], event, person)


def _part_from(row: Sequence[Any], event: Event, person: User) -> Participant:
    """The participant from the columns of _PART_COLUMNS."""
    has_talks, has_signups, follows, is_reminded = row[-4:]
    registration = registration_from(row[:REGISTRATION_WIDTH])
    if registration:
        registration.slot = slot_from(row[REGISTRATION_WIDTH:-4])
    return Participant(
        person,
        registration,
        _talks_of(event, person) if has_talks else [],
        _signups_of(event, person) if has_signups else [],
        follows=follows,
        is_reminded=is_reminded,
    )


def _talks_of(event: Event, person: User) -> list[Talk]:
    return list(Talk.objects.alive().filter(event=event).held_by(person).order_by("pk"))


def _signups_of(event: Event, person: User) -> list[Signup]:
    signups = Signup.objects.active().filter(shift__event=event, volunteer=person)
    return list(signups.select_related("shift__lead").order_by("shift__starts_at"))
