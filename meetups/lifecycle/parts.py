"""Who has which part in an event."""

from dataclasses import dataclass, field

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.registrations.models import Registration
from meetups.speakers.models import Talk
from meetups.volunteers.models import Signup


@dataclass
class Part:
    """Everything that one person is at one event."""

    person: User
    registration: Registration | None = None
    talks: list[Talk] = field(default_factory=list)
    signups: list[Signup] = field(default_factory=list)


def parts_of(event: Event) -> list[Part]:
    """Everyone who can be written to, with an active registration, a talk that is not rejected or withdrawn, or a shift. Three queries, any size."""
    parts: dict[int, Part] = {}

    def part(person: User) -> Part:
        return parts.setdefault(person.pk, Part(person))

    accounts = Registration.objects.active().filter(event=event, attendee__isnull=False)
    for registration in accounts.with_people().order_by("pk"):
        part(registration.person).registration = registration
    talks = Talk.objects.filter(event=event).exclude(state__in=[Talk.State.REJECTED, Talk.State.WITHDRAWN])
    for talk in talks.select_related("speaker").order_by("pk"):
        part(talk.speaker).talks.append(talk)
    for signup in (
        Signup.objects.active().filter(shift__event=event).select_related("volunteer", "shift").order_by("pk")
    ):
        part(signup.volunteer).signups.append(signup)
    return list(parts.values())


def part_of(event: Event, person: User) -> Part:
    """What `person` is at `event`."""
    return Part(
        person,
        Registration.objects.active().filter(event=event, attendee=person).select_related("slot__lottery").first(),
        list(
            Talk.objects.filter(event=event, speaker=person)
            .exclude(state__in=[Talk.State.REJECTED, Talk.State.WITHDRAWN])
            .order_by("pk")
        ),
        list(
            Signup.objects.active()
            .filter(shift__event=event, volunteer=person)
            .select_related("shift")
            .order_by("shift__starts_at")
        ),
    )
