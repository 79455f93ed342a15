"""Ways in without registering oneself: an organizer adds the person, an invitation, a file, or a place held before the address is
verified."""

import random
import uuid

from hypothesis import strategies as st
from hypothesis.stateful import rule

from meetups.registrations.actions.arrivals.walk_in import walk_in
from meetups.registrations.actions.held_places.accept_place import accept_place
from meetups.registrations.actions.held_places.claim_place import claim_place
from meetups.registrations.actions.held_places.decline_place import decline_place
from meetups.registrations.actions.held_places.hold_place import hold_place
from meetups.registrations.actions.held_places.invite_attendees import Invitee, invite_attendees
from meetups.registrations.actions.held_places.withdraw_place import withdraw_place
from meetups.registrations.actions.imports.import_participants import import_participants
from meetups.registrations.actions.imports.place_by_hand import place_by_hand
from meetups.registrations.actions.imports.remove_guest import remove_guest
from meetups.registrations.imports.import_plan import Incoming
from meetups.registrations.models import HeldPlace
from meetups.registrations.pen.people_by_hand import AddedPerson
from meetups.registrations.unverified_places import code_of, place_of
from tests.concurrency.stage import MANY, Stage, there_is

BROWSERS = ["a browser", "another browser"]


class Newcomers(Stage):
    """The rules for these ways in."""

    # Bringing people in

    @rule(who=MANY, known=st.booleans(), slot=MANY, above=st.booleans())
    def bring_in(self, who: int, known: bool, slot: int, above: bool) -> None:
        email = self.newcomer(who).email if known else ""
        newcomer = AddedPerson("ゲスト", email, uuid.UUID(int=random.getrandbits(128)))
        where = self.a_slot(slot)
        if self.there["door"] and who % 2:
            self.do(walk_in, slot=where, who=newcomer, above=above, by=self.aiko)
        else:
            self.do(place_by_hand, slot=where, added=newcomer, above=above, by=self.aiko)

    @there_is("door")
    @rule(number=MANY, slot=MANY, above=st.booleans())
    def let_in_who_waits(self, number: int, slot: int, above: bool) -> None:
        registration = self.one_of(self.active, number)
        if registration:
            where = self.a_slot(slot)
            self.do(walk_in, slot=where, who=registration, above=above, by=self.aiko)

    @there_is("guests")
    @rule(number=MANY)
    def remove_a_guest(self, number: int) -> None:
        guest = self.one_of([one for one in self.registrations if one.attendee is None], number)
        if guest:
            self.do(remove_guest, registration=guest, by=self.aiko)

    @rule(who=MANY, more=MANY, slot=MANY, above=st.booleans())
    def invite(self, who: int, more: int, slot: int, above: bool) -> None:
        emails = {self.newcomer(who).email, self.newcomer(more).email}
        where = self.a_slot(slot)
        invitees = [Invitee(email) for email in sorted(emails)]
        self.do(invite_attendees, slot=where, invitees=invitees, above=above, by=self.aiko)

    @there_is("places")
    @rule(number=MANY, answer=st.sampled_from(["accept", "accept", "decline", "withdraw"]))
    def an_invitation_ends(self, number: int, answer: str) -> None:
        # Now and then an invitation that is over, too.
        invitations = [place for place in self.places if place.kind == HeldPlace.Kind.INVITATION]
        held = [place for place in invitations if place.state == HeldPlace.State.HELD or number % 7 == 0]
        place = self.one_of(held, number)
        if place and answer == "accept":
            invited = next(person for person in self.people if person.email == place.email)
            self.do(accept_place, place=place, by=invited)
        elif place and answer == "decline":
            self.do(decline_place, place=place)
        elif place:
            self.do(withdraw_place, place=place, by=self.aiko)

    @rule(who=MANY, new=st.booleans(), slot=MANY, browser=st.sampled_from(BROWSERS))
    def ask_before_the_address_is_proved(self, who: int, new: bool, slot: int, browser: str) -> None:
        email = f"new{who % 3}@example.org" if new else self.newcomer(who).email
        where = self.a_slot(slot)
        self.do(hold_place, slot=where, name="はじめて", email=email, language="ja", browser=browser)

    @there_is("places")
    @rule(browser=st.sampled_from(BROWSERS), wrong=st.sampled_from([0, 0, 1, 5]))
    def type_the_code(self, browser: str, wrong: int) -> None:
        place = place_of(self.event, browser)
        for code in [*["no code"] * wrong, code_of(place) if place else ""]:
            claim = self.do(claim_place, event=self.event, browser=browser, code=code)
            if claim and claim.person not in self.people:
                self.people.append(claim.person)

    @rule(numbers=st.lists(MANY, min_size=1, max_size=3), slot=MANY, waits=st.booleans(), above=st.booleans())
    def import_a_file(self, numbers: list[int], slot: int, waits: bool, above: bool) -> None:
        where = self.a_slot(slot)
        people = [
            Incoming(row, f"connpass:{number}", "参加者", where.pk, waits, number % 2 == 0)
            for row, number in enumerate({number % 20 for number in numbers})
        ]
        self.do(import_participants, event=self.event, people=people, above=above, by=self.aiko)
