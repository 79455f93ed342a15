"""A speaker says that she will come."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.models import Hold, Slot
from meetups.registrations.opening import SlotPlan, open_slots
from meetups.registrations.refusals import EventClosed
from meetups.registrations.seats import seats_of
from meetups.speakers.models import Talk
from meetups.speakers.steps import move_talk, tell_organizers


def confirm_talk(*, talk: Talk, speaker_slot_name: str, at: datetime, by: User) -> Talk:
    """Confirms an accepted talk: it is on the programme and holds an invited seat, never refused for lack of seats (RULES 20).

    An event without a slot for invited people gets one, called `speaker_slot_name`. A second time changes nothing. Raises
    EventClosed, TalkHasMovedOn.
    """
    with seats_of(talk.event, at=at) as seats:
        talk = Talk.objects.select_related("speaker").get(pk=talk.pk)
        if talk.state == Talk.State.CONFIRMED:
            return talk
        if not seats.event.is_open(at):
            raise EventClosed
        invited = next((slot for slot in seats.slots.values() if slot.admission == Slot.Admission.INVITED), None)
        if invited is None:
            [invited] = open_slots(seats.event, [SlotPlan(speaker_slot_name, Slot.Admission.INVITED, 1)])
            seats.slots[invited.pk] = invited
        last = Talk.objects.on_programme().filter(event_id=talk.event_id).last()
        talk.position = last.position + 1 if last else 1
        entry = move_talk(talk, Talk.State.CONFIRMED, event=seats.event, verb="confirm_talk", at=at, by=by)
        seats.hold(
            talk.speaker,
            invited,
            kind=Hold.Kind.INVITATION,
            subject=talk.subject,
            at=at,
            by=by,
            verb="confirm_talk",
            tell="talk_seat",
        )
        tell_organizers("talk_confirmed", talk, event=seats.event, cause=entry.pk, at=at, but=by)
        return talk
