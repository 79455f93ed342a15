"""The recipients of reminders. A step of planning."""

from meetups.events.models import Event
from meetups.lifecycle.due_reminders import DueReminder, shift_moment
from meetups.lifecycle.rehearsal_people import rehearsal_people
from meetups.registrations.models import Registration
from meetups.speakers.models import CoSpeaker, Talk
from meetups.speakers.models.talk import TalkQuerySet
from meetups.speakers.readiness import left_open
from meetups.volunteers.models import Shift, Signup


def open_shifts(event: Event) -> list[Shift]:
    """The shifts that were loaded together with `event`."""
    return list(getattr(event, "open_shifts", []))


def recipients(moment: DueReminder, event: Event) -> set[int]:
    """The primary keys of the people who have the part now and had it before the reminder fell due."""
    match moment.kind:
        case "reminder_days" | "reminder_eve" | "reminder_day":
            seats = Registration.objects.confirmed().filter(event=event, attendee__isnull=False)
            return set(seats.filter(confirmed_at__lt=moment.due_at).values_list("attendee_id", flat=True))
        case "shift_day":
            shifts = [shift.pk for shift in open_shifts(event) if shift_moment(shift, event) == moment.due_at]
            signups = Signup.objects.active().filter(shift__in=shifts, signed_up_at__lt=moment.due_at)
            return set(signups.values_list("volunteer_id", flat=True))
        case "connection_check":
            return _speakers(Talk.objects.on_programme().filter(confirmed_at__lt=moment.due_at), moment, event)
        case "rehearsal_day" | "rehearsal_soon":
            return {one.person.pk for one in rehearsal_people([event]) if one.belonged_before(moment.due_at)}
        case "readiness_open":
            coming = Talk.objects.coming().filter(accepted_at__lt=moment.due_at).select_related("speaker", "readiness")
            return _speakers(coming, moment, event, busy=True)
        case _:
            raise ValueError(f"No rule says who is to get {moment.kind}.")


def _speakers(talks: TalkQuerySet, moment: DueReminder, event: Event, *, busy: bool = False) -> set[int]:
    """The speakers of those `talks` that are at `event`, with the co-speakers who had joined by then.

    With `busy` only speakers who have left something open.
    """
    return {
        person.pk
        for talk in talks.filter(event=event).with_speakers()
        for person in [talk.speaker, *(one.person for one in talk.joined if one.person and _joined(one, moment))]
        if not busy or left_open(talk, event, person)
    }


def _joined(co_speaker: CoSpeaker, moment: DueReminder) -> bool:
    return co_speaker.joined_at is not None and co_speaker.joined_at < moment.due_at
