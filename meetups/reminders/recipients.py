"""Who is reminded of what. A step of planning."""

from meetups.communities.models import Membership
from meetups.communities.permissions import Permission, roles_with
from meetups.events.models import Event
from meetups.lifecycle.moments import Moment, shift_moment
from meetups.registrations.models import Registration
from meetups.speakers.models import Talk
from meetups.volunteers.models import Shift, Signup


def open_shifts(event: Event) -> list[Shift]:
    """The shifts that were asked for together with `event`."""
    return list(getattr(event, "open_shifts", []))


def recipients(moment: Moment, event: Event) -> set[int]:
    """Whose part it is, and was before the reminder fell due: the primary keys of people."""
    match moment.kind:
        case "reminder_days" | "reminder_eve" | "reminder_day":
            seats = Registration.objects.confirmed().filter(event=event, attendee__isnull=False)
            return set(seats.filter(confirmed_at__lt=moment.due_at).values_list("attendee_id", flat=True))
        case "shift_day":
            shifts = [shift.pk for shift in open_shifts(event) if shift_moment(shift, event) == moment.due_at]
            signups = Signup.objects.active().filter(shift__in=shifts, signed_up_at__lt=moment.due_at)
            return set(signups.values_list("volunteer_id", flat=True))
        case "connection_check":
            talks = Talk.objects.on_programme().filter(event=event, confirmed_at__lt=moment.due_at)
            return set(talks.values_list("speaker_id", flat=True))
        case "rehearsal_day" | "rehearsal_soon":
            talks = Talk.objects.coming().filter(event=event, accepted_at__lt=moment.due_at)
            team = Membership.objects.filter(
                community_id=event.community_id, role__in=roles_with(Permission.PLAN_EVENTS), since__lt=moment.due_at
            )
            return {*talks.values_list("speaker_id", flat=True), *team.values_list("person_id", flat=True)}
        case _:
            raise ValueError(f"Nobody says who is to get {moment.kind}.")
