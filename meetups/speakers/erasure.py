"""What talks forget of an erased person (RULES 211). The caller holds the seat lock of events that are ahead."""

from django.db.models import Q

from meetups.accounts.erasure import ERASED_NAME, ERASED_TEXT, Erased, erased_address
from meetups.history.models import record_end
from meetups.registrations.pen.seats import Seats
from meetups.speakers.co_speakers import move_co_speaker, tell_speaker
from meetups.speakers.models import CoSpeaker, Proposal, Readiness, SpeakerInvitation, Talk, TalkOffer
from meetups.speakers.talk_states import end_talks, tell_deciders


def leave_talks(seats: Seats, erased: Erased) -> None:
    """Withdraws talks at one event, leaves those of others, and says no where the person was asked to speak."""
    if erased.person:
        erased.count("talks withdrawn or left", len(end_talks(seats, erased.person, at=erased.at, by=None)))
    asked = CoSpeaker.objects.filter(
        erased.at_mailbox("address"), talk__event_id=seats.event.pk, state=CoSpeaker.State.ASKED
    )
    for co_speaker in asked.select_related("talk__speaker").order_by("pk"):
        entry = move_co_speaker(
            co_speaker,
            CoSpeaker.State.DECLINED,
            event=seats.event,
            verb="decline_as_co_speaker",
            at=erased.at,
            by=None,
        )
        tell_speaker(co_speaker, event=seats.event, cause=entry.pk, at=erased.at)
        erased.count("questions to co-speakers declined", 1)


def leave_proposals(erased: Erased) -> None:
    """Withdraws what was proposed to communities, and invitations to speak."""
    if erased.person:
        waiting = Proposal.objects.filter(speaker=erased.person, state=Proposal.State.WAITING)
        for proposal in waiting.select_for_update(of=("self",)).select_related("community").order_by("pk"):
            entry = record_end(
                proposal,
                Proposal.State.WITHDRAWN,
                thread=proposal.community.thread,
                verb="withdraw_proposal",
                at=erased.at,
                by=None,
            )
            tell_deciders(
                "proposal_withdrawn",
                proposal.community_id,
                thread=proposal.community.thread,
                subject=proposal.subject,
                cause=entry.pk,
                at=erased.at,
            )
            erased.count("proposals withdrawn", 1)
    invited = SpeakerInvitation.objects.open().filter(erased.at_mailbox("address"))
    for invitation in invited.select_for_update(of=("self",)).select_related("event"):
        record_end(
            invitation,
            SpeakerInvitation.State.WITHDRAWN,
            thread=invitation.event.thread,
            verb="withdraw_speaker_invitation",
            at=erased.at,
            by=None,
        )
        erased.count("invitations to speak withdrawn", 1)


def blank_talks(erased: Erased) -> None:
    """Blanks titles, texts, slides and what introduced the person. Times and states of past programs stay.

    Files of slides go by themselves (RULES 79).
    """
    for co_speaker in CoSpeaker.objects.filter(erased.rows_of_person("person", "address")).only("pk"):
        CoSpeaker.objects.filter(pk=co_speaker.pk).update(address=erased_address(co_speaker.pk, "co-speaker-"), bio="")
        erased.count("parts as co-speaker blanked", 1)
    for offer in TalkOffer.objects.filter(erased.at_mailbox("address")).only("pk"):
        TalkOffer.objects.filter(pk=offer.pk).update(address=erased_address(offer.pk, "talk-offer-"), word="")
        TalkOffer.objects.filter(pk=offer.pk, state=TalkOffer.State.OFFERED).update(
            state=TalkOffer.State.WITHDRAWN, ended_at=erased.at
        )
        erased.count("offers of a talk blanked", 1)
    theirs = erased.at_mailbox("address")
    if erased.person:
        theirs |= Q(talk__speaker=erased.person)
        SpeakerInvitation.objects.filter(made_by=erased.person).update(note="")
    invitations = SpeakerInvitation.objects.filter(theirs).values_list("pk", flat=True)
    number = SpeakerInvitation.objects.filter(pk__in=list(invitations)).update(
        name=ERASED_NAME, address="", note="", word=""
    )
    erased.count("invitations to speak blanked", number)
    if erased.person is None:
        return
    talks = Talk.objects.filter(speaker=erased.person)
    number = talks.update(
        title=ERASED_TEXT,
        abstract="",
        slides_url="",
        slides_file="",
        slides_name="",
        slides_published_at=None,
        themes=[],
        note="",
        reply="",
    )
    erased.count("talks blanked", number)
    Readiness.objects.filter(talk__speaker=erased.person).update(bio="")
    number = Proposal.objects.filter(speaker=erased.person).update(title=ERASED_TEXT, abstract="")
    erased.count("proposals blanked", number)
