"""An organizer invites a person to speak."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User, person_key
from meetups.communities.invitation_quota import count_invitations
from meetups.communities.models import Community
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.history.models import record
from meetups.notifications.notify import notify_address
from meetups.registrations.refusals import refuse_unless_ahead
from meetups.speakers.models import SpeakerInvitation

# Anyone can found a community in a minute. It must not be a way to write to strangers.
A_DAY = 30


class TooManyAskedToday(DomainError):
    message = _("A community can invite at most %(number)s speakers a day. Please continue tomorrow.")


class IsAskedAlready(DomainError):
    message = _("%(address)s already has an open speaker invitation. Withdraw it first.")


class InvitedSpeakerSaidNo(DomainError):
    message = _(
        "The person at this address declined. If that has changed, create a link without an address and "
        "send it yourself."
    )


def invite_speaker(
    *, event: Event, name: str, address: str, note: str, minutes: int, language: str, at: datetime, by: User
) -> SpeakerInvitation:
    """Makes a link for `name`, and mails it where there is an `address`.

    The mail is in the language of the account with that address; without an account it is in `language`. Raises EventClosed once
    the event has begun, IsAskedAlready, InvitedSpeakerSaidNo, TooManyAskedToday, TooManyInvitationsToday.
    """
    address = address.lower()
    with transaction.atomic(durable=True):
        community = Community.objects.select_for_update(no_key=True).get(pk=event.community_id)
        event = Event.objects.get(pk=event.pk)
        refuse_unless_ahead(event, at)
        if address and event.speaker_invitations.open().filter(address=address).exists():
            raise IsAskedAlready(address=address)
        if address and _has_declined(event, address):
            raise InvitedSpeakerSaidNo
        _check_the_day(event, at)
        invitation = SpeakerInvitation.objects.create(
            event=event,
            name=name,
            address=address,
            language=User.objects.language_at(address, otherwise=language),
            note=note,
            minutes=minutes,
            made_by=by,
            made_at=at,
        )
        entry = record(
            thread=event.thread,
            subject=invitation.subject,
            verb="invite_speaker",
            at=at,
            by=by,
            to_state=invitation.state,
        )
        if address:
            notify_address(
                kind="speaker_invitation",
                address=address,
                language=invitation.language,
                thread=event.thread,
                subject=invitation.subject,
                cause=entry.pk,
                at=at,
                not_after=event.starts_at,
            )
            count_invitations(community, 1, at=at, by=by)
        return invitation


def _has_declined(event: Event, address: str) -> bool:
    declined = event.speaker_invitations.filter(state=SpeakerInvitation.State.DECLINED).exclude(address="")
    return person_key(address) in {person_key(one.address) for one in declined}


def _check_the_day(event: Event, at: datetime) -> None:
    made = SpeakerInvitation.objects.filter(event__community_id=event.community_id, made_at__gt=at - timedelta(days=1))
    if made.count() >= A_DAY:
        raise TooManyAskedToday(number=A_DAY)
