"""The actions of attendees, volunteers and speakers."""

import random
import uuid

from hypothesis import strategies as st
from hypothesis.stateful import rule

from meetups.lifecycle.actions.leave_event import leave_event
from meetups.registrations.actions.offers.accept_offer import accept_offer
from meetups.registrations.actions.offers.decline_offer import decline_offer
from meetups.registrations.actions.offers.keep_seat import keep_seat
from meetups.registrations.actions.pairs.decline_pair import decline_pair
from meetups.registrations.actions.pairs.invite_partner import invite_partner
from meetups.registrations.actions.pairs.join_pair import join_pair
from meetups.registrations.actions.pairs.withdraw_pair_invitation import withdraw_pair_invitation
from meetups.registrations.actions.reconfirmation.reconfirm import reconfirm
from meetups.registrations.actions.registration.change_slot import change_slot
from meetups.registrations.actions.registration.register import register
from meetups.registrations.models import Registration
from meetups.speakers.actions.co_speakers.ask_co_speaker import ask_co_speaker
from meetups.speakers.actions.co_speakers.join_as_co_speaker import join_as_co_speaker
from meetups.speakers.actions.co_speakers.release_co_speaker import release_co_speaker
from meetups.speakers.actions.talks.confirm_talk import confirm_talk
from meetups.speakers.actions.talks.propose_talk import propose_talk
from meetups.speakers.actions.talks.release_decisions import release_decisions
from meetups.speakers.actions.talks.stage_decision import stage_decision
from meetups.speakers.actions.talks.withdraw_talk import withdraw_talk
from meetups.speakers.models import CoSpeaker, Talk
from meetups.volunteers.actions.signups.sign_up import sign_up
from meetups.volunteers.actions.signups.step_down import step_down
from meetups.volunteers.models import Signup
from tests.concurrency.stage import MANY, SELDOM, Stage, there_is


class People(Stage):
    """The rules of attendees, volunteers and speakers."""

    # Attendees

    @rule(who=MANY, slot=MANY)
    def register(self, who: int, slot: int) -> None:
        request = (self.newcomer(who), self.a_slot(slot), uuid.UUID(int=random.getrandbits(128)))
        self.requests.append(request)
        first = self.do(register, attendee=request[0], slot=request[1], request_id=request[2])
        # The form is sent again: this one at once, or an older one.
        request = self.requests[slot % len(self.requests)]
        before = Registration.objects.filter(request_id=request[2]).first()
        again = self.do(register, attendee=request[0], slot=request[1], request_id=request[2])
        assert before is None or again == before
        assert first is None or again != first or request == self.requests[-1]

    @there_is("waiting")
    @rule(number=MANY)
    def somebody_with_a_seat_cannot_come(self, number: int) -> None:
        queues = {one.slot_id for one in self.active if one.state == Registration.State.WAITLISTED}
        seats = [one for one in self.active if one.state == Registration.State.CONFIRMED and one.slot_id in queues]
        giver = self.one_of([one for one in seats if one.attendee], number)
        if giver and giver.attendee:
            self.do(leave_event, event=self.event, person=giver.attendee, by=giver.attendee)

    @there_is("active")
    @rule(number=MANY, slot=MANY, waits=st.booleans())
    def change_slot(self, number: int, slot: int, waits: bool) -> None:
        registration = self.one_of(self.active, number)
        if registration:
            to = self.a_slot(slot)
            self.do(change_slot, registration=registration, slot=to, accept_waiting=waits)

    @there_is("active")
    @rule(number=MANY, sent=SELDOM)
    def leave(self, number: int, sent: bool) -> None:
        registration = self.one_of(self.active, number)
        person = (registration and registration.attendee) or self.somebody(number)
        self.do(leave_event, event=self.event, person=person, by=self.aiko if sent else person)

    @there_is("offers")
    @rule(number=MANY, yes=st.booleans())
    def answer_an_offer(self, number: int, yes: bool) -> None:
        offer = self.one_of(self.offers, number)
        if offer:
            self.do(accept_offer if yes else decline_offer, offer=offer, by=offer.taker.attendee or self.aiko)

    @there_is("handing_over")
    @rule(number=MANY)
    def keep_the_seat_after_all(self, number: int) -> None:
        giver = self.one_of([one for one in self.active if one.hands_over_at], number)
        if giver:
            self.do(keep_seat, registration=giver, by=giver.attendee)

    @there_is("asked")
    @rule(number=MANY)
    def say_that_one_comes(self, number: int) -> None:
        registration = self.one_of([one for one in self.active if one.asked_at], number)
        if registration and registration.attendee:
            self.do(reconfirm, registration=registration, by=registration.attendee)

    # Pairs

    @there_is("applied")
    @rule(who=MANY, number=MANY, answer=st.sampled_from(["join", "join", "decline", "withdraw", "wait"]))
    def enter_as_two(self, who: int, number: int, answer: str) -> None:
        entered = [one for one in self.active if one.state == Registration.State.APPLIED and one.attendee]
        lead = self.one_of([one for one in entered if one.slot.takes_pairs], number)
        invitation = lead and self.do(invite_partner, registration=lead, by=lead.attendee)
        if invitation and answer == "join":
            self.do(join_pair, invitation=invitation, person=self.newcomer(who))
        elif invitation and answer == "decline":
            self.do(decline_pair, invitation=invitation, by=self.somebody(who))
        elif invitation and answer == "withdraw" and lead:
            self.do(withdraw_pair_invitation, registration=lead, by=lead.attendee)

    @there_is("pair_invitations")
    @rule(who=MANY, number=MANY, yes=st.booleans())
    def answer_a_partner(self, who: int, number: int, yes: bool) -> None:
        invitation = self.one_of(self.pair_invitations, number)
        if invitation and yes:
            self.do(join_pair, invitation=invitation, person=self.newcomer(who))
        elif invitation:
            self.do(decline_pair, invitation=invitation, by=self.somebody(who))

    # Volunteers

    @rule(who=MANY, number=MANY)
    def sign_up(self, who: int, number: int) -> None:
        shift = self.one_of(self.shifts, number)
        if shift:
            self.do(sign_up, shift=shift, volunteer=self.somebody(who))

    @there_is("signups")
    @rule(number=MANY, sent=SELDOM)
    def step_down(self, number: int, sent: bool) -> None:
        signups = Signup.objects.active().filter(shift__event=self.event_id).select_related("volunteer", "shift__event")
        signup = self.one_of(list(signups.order_by("pk")), number)
        if signup:
            self.do(step_down, signup=signup, by=self.aiko if sent else signup.volunteer)

    # Speakers

    @rule(who=MANY, steps=st.integers(1, 3))
    def offer_a_talk(self, who: int, steps: int) -> None:
        speaker = self.somebody(who)
        talk = self.do(propose_talk, event=self.event, speaker=speaker, title="評価", abstract="", minutes=10)
        if talk and steps > 1:
            self.decide(talk, Talk.Decision.ACCEPT)
        if talk and steps > 2:
            self.do(confirm_talk, talk=talk, speaker_slot_name="登壇者枠", by=speaker)

    @there_is("talks")
    @rule(number=MANY, step=st.sampled_from(["confirm", "withdraw", "withdraw", "reject"]))
    def a_talk_moves_on(self, number: int, step: str) -> None:
        wanted = Talk.State.PROPOSED if step == "reject" else None
        talk = self.one_of([one for one in self.talks if wanted in {None, one.state}], number)
        if talk and step == "confirm":
            self.do(confirm_talk, talk=talk, speaker_slot_name="登壇者枠", by=talk.speaker)
        elif talk and step == "withdraw":
            self.do(withdraw_talk, talk=talk, by=talk.speaker)
        elif talk:
            self.decide(talk, Talk.Decision.REJECT)

    def decide(self, talk: Talk, decision: Talk.Decision) -> None:
        if self.do(stage_decision, talk=talk, decision=decision, by=self.aiko):
            self.do(release_decisions, event=self.event, decisions={talk.pk: decision}, by=self.aiko)

    @there_is("talks")
    @rule(who=MANY, number=MANY, answer=st.sampled_from(["join", "join", "join", "wait"]))
    def hold_a_talk_together(self, who: int, number: int, answer: str) -> None:
        coming = [one for one in self.talks if one.state in {Talk.State.ACCEPTED, Talk.State.CONFIRMED}]
        talk, person = self.one_of(coming, number), self.somebody(who)
        asked = talk and self.do(ask_co_speaker, talk=talk, address=person.email, by=talk.speaker)
        if asked and answer == "join":
            self.do(join_as_co_speaker, co_speaker=asked, by=person)

    @there_is("talks")
    @rule(number=MANY)
    def a_co_speaker_speaks_no_more(self, number: int) -> None:
        there = CoSpeaker.objects.asked_or_joined().filter(talk__event=self.event_id)
        co_speaker = self.one_of(
            list(there.select_related("talk__event", "talk__speaker", "person").order_by("pk")), number
        )
        if co_speaker:
            self.do(
                release_co_speaker,
                co_speaker=co_speaker,
                by=(number % 2 and co_speaker.person) or co_speaker.talk.speaker,
            )
