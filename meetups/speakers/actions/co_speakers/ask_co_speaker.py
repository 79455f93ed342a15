"""The speaker or an organizer asks a person to give a talk together with its speaker."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User, person_key
from meetups.communities.invitation_quota import count_invitations
from meetups.communities.models import Community
from meetups.core.errors import DomainError
from meetups.history.models import record
from meetups.notifications.notify import notify_address
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import refuse_unless_open
from meetups.speakers.co_speaker_quota import questions_left
from meetups.speakers.models import CoSpeaker, Talk
from meetups.speakers.talk_states import refuse_unless_in

# Beside the talk's own speaker.
MOST = 4


class TooManyCoSpeakers(DomainError):
    message = _("A talk can have at most %(number)s co-speakers. Remove one first.")


class AskedEnoughToday(DomainError):
    message = _("Today’s limit for co-speaker invitations is reached. Please continue tomorrow.")


class SpeaksInItAlready(DomainError):
    message = _("%(address)s is already a speaker of this talk, or has been invited.")


class CoSpeakerSaidNo(DomainError):
    message = _("The person at this address declined. Please ask someone else.")


class EnteredForTheSpeaker(DomainError):
    message = _(
        "You entered this talk for its speaker. Send the link to take it over first; then co-speakers can join."
    )


def ask_co_speaker(*, talk: Talk, address: str, at: datetime, by: User) -> CoSpeaker:
    """Mails a link with which the account of `address` joins an accepted or confirmed talk (RULES 85).

    The invitation is for a mailbox (RULES 16). Raises EventClosed, TalkHasMovedOn, EnteredForTheSpeaker, SpeaksInItAlready,
    CoSpeakerSaidNo, TooManyCoSpeakers, AskedEnoughToday, TooManyInvitationsToday.
    """
    address = address.lower()
    with seats_of(talk.event, at=at) as seats:
        event = seats.event
        talk = Talk.objects.select_related("speaker").get(pk=talk.pk)
        refuse_unless_open(event, at)
        refuse_unless_in(talk, Talk.State.ACCEPTED, Talk.State.CONFIRMED)
        if talk.by_hand:
            raise EnteredForTheSpeaker
        _refuse_twice(talk, address)
        # Talks of two events have two seat locks, and one limit.
        Community.objects.select_for_update(no_key=True).only("pk").get(pk=event.community_id)
        if not questions_left(talk, at=at):
            raise AskedEnoughToday
        language = User.objects.language_at(address, otherwise=event.language)
        co_speaker = CoSpeaker.objects.create(talk=talk, address=address, language=language, asked_at=at)
        entry = record(
            thread=event.thread,
            subject=co_speaker.subject,
            verb="ask_co_speaker",
            at=at,
            by=by,
            to_state=co_speaker.state,
        )
        notify_address(
            kind="co_speaker_asked",
            address=address,
            language=co_speaker.language,
            thread=event.thread,
            subject=co_speaker.subject,
            cause=entry.pk,
            at=at,
            not_after=event.ends_at,
        )
        count_invitations(event.community, 1, at=at, by=by)
        return co_speaker


def _refuse_twice(talk: Talk, address: str) -> None:
    there = list(CoSpeaker.objects.asked_or_joined().filter(talk=talk).select_related("person"))
    keys = {talk.speaker.person_key}
    for one in there:
        keys |= {person_key(one.address), *([one.person.person_key] if one.person else [])}
    if person_key(address) in keys:
        raise SpeaksInItAlready(address=address)
    declined = CoSpeaker.objects.filter(talk=talk, state=CoSpeaker.State.DECLINED)
    if person_key(address) in {person_key(one.address) for one in declined}:
        raise CoSpeakerSaidNo
    if len(there) >= MOST:
        raise TooManyCoSpeakers(number=MOST)
