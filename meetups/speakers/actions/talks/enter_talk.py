"""An organizer enters a talk for a person without an account."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import refuse_what_is_over
from meetups.speakers.models import Readiness, Talk
from meetups.speakers.programme.steps import make_room
from meetups.speakers.talk_states import TalkByHand, move_talk


def enter_talk(*, event: Event, words: TalkByHand, at: datetime, by: User) -> Talk:
    """Puts the talk on the programme. It has no seat, and no one gets a mail (RULES 236). Raises EventClosed."""
    with seats_of(event, at=at) as seats:
        event = seats.event
        refuse_what_is_over(event, at)
        talk = Talk(
            event=event,
            speaker=User.objects.create_name(words.name, language=event.language),
            title=words.title,
            abstract=words.abstract,
            minutes=words.minutes,
            state=Talk.State.ACCEPTED,
            proposed_at=at,
            accepted_at=at,
            by_hand=True,
        )
        talk.save()
        Readiness.objects.create(talk=talk, bio=words.bio)
        make_room(talk, event=event)
        move_talk(talk, Talk.State.CONFIRMED, event=event, verb="enter_talk", at=at, by=by)
        return talk
