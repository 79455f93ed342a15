"""One person who has written something into every column that knows people, for the tests of erasure."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.db import connection

from meetups.accounts.models import CalendarFeed, Session, User
from meetups.communities.actions.invite_member import invite_member
from meetups.communities.models import Community, Follow, InvitationsSent, RaisedHand
from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.models import Inquiry
from meetups.notifications.models import Notification, Preference, Suppression, Topic
from meetups.registrations.actions.held_places.invite_attendees import Invitee, invite_attendees
from meetups.registrations.actions.imports.place_by_hand import place_by_hand
from meetups.registrations.models import Registration
from meetups.registrations.pen.people_by_hand import AddedPerson
from meetups.speakers.actions.co_speakers.ask_co_speaker import ask_co_speaker
from meetups.speakers.actions.invitations.invite_speaker import invite_speaker
from meetups.speakers.actions.offers.offer_talk import offer_talk
from meetups.speakers.actions.talks.enter_talk import enter_talk
from meetups.speakers.models import CoSpeaker, Proposal, Readiness, SpeakerInvitation, Talk, TalkOffer
from meetups.speakers.talk_states import TalkByHand
from meetups.volunteers.actions.handovers.hand_over_shift import hand_over_shift
from meetups.volunteers.models import RoomPhoto, ShiftOffer
from tests.support import cast

PLANT = "zqplant"
ADDRESS = f"{PLANT}@example.org"
OTHER = f"{PLANT}+new@example.org"


def everything() -> dict[str, list[str]]:
    """Each table with its rows, as PostgreSQL writes them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(f'SELECT to_jsonb(one)::text FROM "{table}" one ORDER BY 1')
            found[table] = [text for (text,) in cursor.fetchall()]
        return found


def planted() -> set[str]:
    """The columns in which the planted word stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
        )
        columns = cursor.fetchall()
        found = set()
        for table, column in columns:
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" WHERE "{column}"::text ILIKE %s)', [f"%{PLANT}%"])
            if cursor.fetchone() == (True,):
                found.add(f"{table}.{column}")
        return found


def well_known_person() -> tuple[User, Event]:
    """The person, and an event ahead at which they have one of each. Dan and Finn wait there, Emi speaks and has a shift."""
    person = cast.person(PLANT)
    event = cast.event(slots=[cast.first_come_plan(1), cast.duty_plan(), cast.invited_plan()])
    aiko, general = cast.person("aiko"), event.slots.general().in_order()[0]
    mine = cast.registered(person, event)
    cast.registered("dan", event)
    cast.registered("finn", event)
    _account(person, event)
    _seats(person, aiko)
    _talks(person, event, aiko)
    signup = cast.volunteering("emi", event)
    hand_over_shift(signup=signup, address=OTHER, at=cast.NOW, by=cast.person("emi"))
    RoomPhoto.objects.create(
        event=event, image=f"{PLANT}.png", width=1, height=1, caption=PLANT, taken_by=person, added_at=cast.NOW
    )
    ShiftOffer.objects.create(event=event, person=person, offered_at=cast.NOW)
    Registration.objects.filter(pk=mine.pk).update(answers={"why": PLANT})
    assert general.registrations.confirmed().count() == 1
    return person, event


def _account(person: User, event: Event) -> None:
    community = event.community
    address = EmailAddress.objects.create(user=person, email=OTHER)
    EmailConfirmation.objects.create(email_address=address, key=PLANT, created=cast.NOW)
    Authenticator.objects.create(user=person, type="totp", data={"secret": PLANT})
    CalendarFeed.objects.create(person=person, token=PLANT, made_at=cast.NOW)
    Session.objects.create(
        session_key=PLANT, session_data=PLANT, person=person, expire_date=cast.NOW + timedelta(days=30)
    )
    Follow.objects.create(community=community, person=person, since=cast.NOW)
    RaisedHand.objects.create(
        community=community, person=person, kind=RaisedHand.Kind.SPEAK, about=PLANT, raised_at=cast.NOW
    )
    InvitationsSent.objects.create(person=person, community=community, number=1, at=cast.NOW)
    Preference.objects.create(
        person=person, topic=Topic.REMINDERS, thread=community.thread, wanted=False, chosen_at=cast.NOW
    )
    Suppression.objects.create(address=ADDRESS, reason="no such mailbox", since=cast.NOW)
    Community.objects.update(contact_address=ADDRESS, conduct_address=ADDRESS)
    invite_member(community=community, email=OTHER, role=Role.RECEPTION, at=cast.NOW, by=cast.person("aiko"))
    plain: dict[str, Any] = {
        "kind": "account_letter",
        "thread": "",
        "subject": "letter:1",
        "created_at": cast.NOW,
        "due_at": cast.NOW,
    }
    Notification.objects.create(**plain, key="one", recipient=person, letter={"code": PLANT})
    Notification.objects.create(
        **plain, key=f"two:{OTHER}:x:1", address=OTHER, error=PLANT, state="sent", settled_at=cast.NOW
    )
    Inquiry.objects.create(community=community, person=person, text=PLANT, topic="question", asked_at=cast.NOW)
    Inquiry.objects.create(
        community=community,
        person=person,
        text=PLANT,
        topic="question",
        asked_at=cast.NOW,
        state="answered",
        answer=PLANT,
        answered_at=cast.NOW,
    )


def _seats(person: User, aiko: User) -> None:
    """A guest of that mailbox at one event, and an invitation to another."""
    for_guests = cast.event(slots=[cast.first_come_plan(5)])
    guest = AddedPerson(PLANT, "", uuid4())
    place_by_hand(slot=for_guests.slots.get(), added=guest, above=False, at=cast.NOW, by=aiko)
    # By an import, people without an account are guests.
    Registration.objects.filter(event=for_guests).update(
        attendee=None, guest_name=PLANT, person_key=f"{PLANT}@example.org"
    )
    invited = cast.event(slots=[cast.first_come_plan(5)])
    invite_attendees(slot=invited.slots.get(), invitees=[Invitee(OTHER, PLANT)], above=False, at=cast.NOW, by=aiko)


def _talks(person: User, event: Event, aiko: User) -> None:
    over = cast.event(slots=[cast.first_come_plan(5), cast.invited_plan()], shifts=[])
    talk = cast.talk(PLANT, over)
    Talk.objects.filter(pk=talk.pk).update(
        title=PLANT,
        abstract=PLANT,
        slides_url=f"https://example.org/{PLANT}",
        slides_file=f"{PLANT}.pdf",
        slides_name=PLANT,
        themes=[PLANT],
        note=PLANT,
        reply=PLANT,
    )
    Readiness.objects.update_or_create(talk=talk, defaults={"bio": PLANT})
    Event.objects.filter(pk=over.pk).update(
        starts_at=cast.NOW - timedelta(days=3, hours=3), ends_at=cast.NOW - timedelta(days=3)
    )
    others = cast.talk("emi", event)
    co_speaker = ask_co_speaker(talk=others, address=OTHER, at=cast.NOW, by=others.speaker)
    CoSpeaker.objects.filter(pk=co_speaker.pk).update(bio=PLANT)
    by_hand = enter_talk(event=event, words=TalkByHand("Guest", "Talk", "", 20, ""), at=cast.NOW, by=aiko)
    offer = offer_talk(talk=by_hand, address=OTHER, at=cast.NOW, by=aiko)
    TalkOffer.objects.filter(pk=offer.pk).update(word=PLANT)
    Proposal.objects.create(
        community=event.community, speaker=person, title=PLANT, abstract=PLANT, minutes=20, proposed_at=cast.NOW
    )
    invitation = invite_speaker(
        event=event, name=PLANT, address=OTHER, note=PLANT, minutes=20, language="ja", at=cast.NOW, by=aiko
    )
    SpeakerInvitation.objects.filter(pk=invitation.pk).update(word=PLANT)
