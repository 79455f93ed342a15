"""An organizer offers a talk that was entered by hand to the person who gives it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User, person_key
from meetups.communities.invitation_quota import count_invitations
from meetups.communities.models import Community
from meetups.core.errors import DomainError
from meetups.history.models import record
from meetups.notifications.notify import notify_address
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import refuse_unless_published
from meetups.speakers.models import Talk, TalkOffer
from meetups.speakers.offers import end_offer
from meetups.speakers.talk_states import TalkHasMovedOn


class OfferedSpeakerSaidNo(DomainError):
    message = _("The person at this address declined.")


def offer_talk(*, talk: Talk, address: str, at: datetime, by: User) -> TalkOffer:
    """Mails a link with which the account of `address` takes the talk over. It ends an earlier offer of this talk (RULES 245).

    Raises EventClosed where the event is not public, TalkHasMovedOn, OfferedSpeakerSaidNo, TooManyInvitationsToday.
    """
    address = address.lower()
    with seats_of(talk.event, at=at) as seats:
        event = seats.event
        talk = Talk.objects.select_related("speaker").get(pk=talk.pk)
        refuse_unless_published(event)
        if not talk.by_hand:
            raise TalkHasMovedOn(title=talk.title, state=talk.get_state_display())
        declined = TalkOffer.objects.filter(talk=talk, state=TalkOffer.State.DECLINED)
        if person_key(address) in {person_key(one.address) for one in declined}:
            raise OfferedSpeakerSaidNo
        # Two talks share the limit of their community.
        Community.objects.select_for_update(no_key=True).only("pk").get(pk=event.community_id)
        for earlier in TalkOffer.objects.filter(talk=talk, state=TalkOffer.State.OFFERED):
            end_offer(earlier, TalkOffer.State.WITHDRAWN, event=event, verb="withdraw_talk_offer", at=at, by=by)
        known = User.objects.filter(email=address).first()
        offer = TalkOffer.objects.create(
            talk=talk, address=address, language=known.language if known else event.language, offered_at=at
        )
        entry = record(
            thread=event.thread, subject=offer.subject, verb="offer_talk", at=at, by=by, to_state=offer.state
        )
        notify_address(
            kind="talk_offered",
            address=address,
            language=offer.language,
            thread=event.thread,
            subject=offer.subject,
            cause=entry.pk,
            at=at,
            not_after=offer.until,
        )
        count_invitations(event.community, 1, at=at, by=by)
        return offer
