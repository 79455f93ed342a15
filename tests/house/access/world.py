"""A community with a person in every role, and an object for every address."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.urls import URLPattern, URLResolver, get_resolver

from meetups.accounts.actions.renew_calendar_feed import renew_calendar_feed
from meetups.accounts.models import User
from meetups.communities.actions.invite_member import invite_member
from meetups.communities.models import Membership
from meetups.communities.permissions import Role
from meetups.core.links import (
    cancellation_token,
    helper_token,
    mailed_token,
    offer_token,
    place_token,
    reconfirmation_token,
)
from meetups.events.event_roles import HelperLink
from meetups.events.models import Event, EventPicture, UnfinishedEvent
from meetups.lifecycle.actions.ask_organizers import ask_organizers
from meetups.lifecycle.actions.team.join_as_helper import join_as_helper
from meetups.lifecycle.actions.team.make_helper_link import make_helper_link
from meetups.lifecycle.models import Inquiry
from meetups.notifications.models import Notification, Topic
from meetups.notifications.unsubscription import unsubscribe_token
from meetups.pages.entrance.way_in import way_in_token
from meetups.registrations.actions.held_places.invite_attendees import Invitee, invite_attendees
from meetups.registrations.actions.questions.ask_everyone import ask_everyone
from meetups.registrations.actions.questions.ask_question import ask_question
from meetups.registrations.models import Offer, PairInvitation, Registration, Slot
from meetups.registrations.questions.question_steps import QuestionPlan
from meetups.registrations.questions.questions import QuestionKind
from meetups.runbook.models import Todo
from meetups.speakers.actions.calls.call_for_speakers import call_for_speakers
from meetups.speakers.actions.co_speakers.ask_co_speaker import ask_co_speaker
from meetups.speakers.actions.offers.offer_talk import offer_talk
from meetups.speakers.actions.proposals.propose_to_community import propose_to_community
from meetups.speakers.actions.talks.enter_talk import enter_talk
from meetups.speakers.models import Break, SpeakerInvitation, Talk
from meetups.speakers.talk_states import TalkByHand
from meetups.volunteers.models import Handover
from tests.house.access.roles import LIKE, ROLES
from tests.support import cast
from tests.support.scenes import teardown_scene
from tests.support.scenes.message_scene import scheduled_message, standing_message, undoable_message


@dataclass
class World:
    """A community with a person in every role, another community, and the objects that the addresses need."""

    people: dict[str, User | None]
    event: Event
    parameters: dict[str, dict[str, Any]]
    fields: dict[str, dict[str, Any]]


def make_world() -> World:
    """Makes everything through the actions."""
    event = cast.event(slots=[cast.lottery_plan(), cast.duty_plan(), cast.invited_plan(), cast.first_come_plan(1)])
    first_come = cast.slot_of(event, Slot.Admission.FIRST_COME)
    attendee = cast.registered("dan", event)
    giver = cast.registered("gin", event, slot=first_come)
    taker = cast.registered("hana", event, slot=first_come)
    offer = Offer.objects.create(giver=giver, taker=taker, made_at=cast.NOW, answer_by=cast.STARTS_AT)
    Registration.objects.filter(pk=giver.pk).update(absent_at=cast.NOW)
    signup = cast.volunteering("iori", event)
    confirmed = cast.talk("emi", event)
    accepted = cast.talk("emi", event, state=Talk.State.ACCEPTED, title="もう一つの話")
    proposed = cast.talk("emi", event, state=Talk.State.PROPOSED, title="三つ目の話")
    elsewhere = cast.community(slug="other", name="別の会", owner="finn")
    cast.event(of=elsewhere)
    invitation = invite_member(
        community=event.community, email="new@example.org", role=Role.ORGANIZER, at=cast.NOW, by=cast.person("aiko")
    )
    [place] = invite_attendees(
        slot=cast.slot_of(event, Slot.Admission.INVITED),
        invitees=[Invitee("guest@example.org")],
        above=False,
        at=cast.NOW,
        by=cast.person("aiko"),
    )
    people = [
        *(None, cast.person("jun"), cast.person("dan"), cast.person("hana"), cast.person("emi"), cast.person("iori")),
        *(cast.member("chie", Role.RECEPTION), cast.member("ben", Role.ORGANIZER), cast.person("aiko")),
        *(cast.person("finn"), operator(), helper(event)),
        *(cast.member("pia", Role.PROGRAMME), cast.member("vera", Role.VOLUNTEERS)),
    ]
    of_event = {"public_id": event.public_id}
    slug = {"slug": event.community.slug}
    drawn = {"slot": cast.slot_of(event, Slot.Admission.LOTTERY).public_id}
    parameters: dict[str, dict[str, Any]] = {
        name: {
            **(slug if "slug" in needs else {}),
            **(of_event if "public_id" in needs else {}),
            **(drawn if "slot" in needs else {}),
        }
        for name, needs in addresses().items()
    }
    parameters["way_in"] = {"token": way_in_token("dan@example.org", 0, at=cast.NOW)}
    parameters["invitation"] = {"token": mailed_token(invitation)}
    parameters["helper_link"] = {"token": helper_token(helper_link(event).pk)}
    parameters["desk_event_role_end"]["pk"] = event.roles.get().pk
    parameters["desk_unfinished_deletion"]["draft"] = UnfinishedEvent.objects.create(
        community=event.community, public_id="unfinished", title="書きかけ", saved_at=cast.NOW
    ).public_id
    parameters["sitemap_section"] = {"section": "events"}
    parameters["pair"] = {"token": PairInvitation.objects.create(lead=attendee, made_at=cast.NOW).token}
    parameters["handover"] = {
        "token": mailed_token(
            Handover.objects.create(signup=signup, address="gin@example.org", language="ja", made_at=cast.NOW)
        )
    }
    parameters["calendar_feed"] = {"token": renew_calendar_feed(person=cast.person("iori"), at=cast.NOW).token}
    parameters["one_click_cancellation"] = {"token": cancellation_token(attendee.pk)}
    parameters["offer"] = {"token": offer_token(offer.pk)}
    parameters["reconfirmation"] = {"token": reconfirmation_token(attendee.pk)}
    parameters["seat_invitation"] = {"token": place_token(place.pk)}
    parameters["mail_preview"] = parameters["mail_preview_html"] = {"kind": "invitation"}
    parameters["unsubscription"] = {
        "token": unsubscribe_token(cast.person("dan").pk, Topic.REMINDERS, event.community.thread)
    }
    entered = enter_talk(
        event=event, words=TalkByHand("花", "五つ目の話", "", 20, ""), at=cast.NOW, by=cast.person("aiko")
    )
    to_take_over = offer_talk(talk=entered, address="two@example.org", at=cast.NOW, by=cast.person("aiko"))
    parameters["talk_offer"] = {"token": mailed_token(to_take_over)}
    asked_too = ask_co_speaker(talk=confirmed, address="two@example.org", at=cast.NOW, by=cast.person("emi"))
    parameters["co_speaker"] = {"token": mailed_token(asked_too)}
    parameters["talk_confirmation"] = {"pk": accepted.pk}
    parameters["talk_preparation"] = {"pk": confirmed.pk}
    parameters["talk_withdrawal"] = parameters["talk_revision"] = {"pk": proposed.pk}
    call_for_speakers(
        community=event.community, event=None, text="", closes_at=None, at=cast.NOW, by=cast.person("aiko")
    )
    offered = propose_to_community(
        community=event.community, speaker=cast.person("emi"), title="話", abstract="", minutes=20, at=cast.NOW
    )
    parameters["proposal_revision"] = parameters["proposal_withdrawal"] = {"pk": offered.pk}
    asked_to_speak = SpeakerInvitation.objects.create(event=event, name="花", language="ja", made_at=cast.NOW)
    parameters["speaker_invitation"] = {"token": asked_to_speak.token}
    asks = ask_organizers(
        community=event.community,
        event=event,
        topic=Inquiry.Topic.QUESTION,
        text="？",
        at=cast.NOW,
        by=cast.person("dan"),
    )
    shift = cast.shift_of(event)
    pause = Break.objects.create(event=event, title="休憩", position=9)
    written, standing = scheduled_message(event), standing_message(event)
    soon = undoable_message(event)
    todo = Todo.objects.create(event=event, title="会場を予約する", days=-42)
    line, photo = teardown_scene.line(event), teardown_scene.photo(event)
    more = {
        "desk_inquiry": asks.pk,
        "chore_tick": line.pk,
        "room_photo": photo.pk,
        **dict.fromkeys(("desk_todo", "desk_todo_mark", "desk_todo_removal"), todo.pk),
        "desk_chore": line.pk,
        "desk_chore_place": line.pk,
        "desk_chore_removal": line.pk,
        "desk_room_photo": photo.pk,
        "desk_room_photo_removal": photo.pk,
        "signup": shift.pk,
        "signup_end": shift.pk,
        "signup_handover": shift.pk,
        "shift_absence": shift.pk,
        "desk_member_role": Membership.objects.get(person=cast.person("ben")).pk,
        "desk_successor": Membership.objects.get(person=cast.person("ben")).pk,
        "desk_member_end": Membership.objects.get(person=cast.person("ben")).pk,
        "desk_invitation_withdrawal": invitation.pk,
        "desk_shift": shift.pk,
        "desk_shift_cancellation": shift.pk,
        "desk_shift_volunteers": shift.pk,
        "desk_shift_offers": shift.pk,
        "desk_signup_answer": signup.pk,
        "desk_signup_mark": signup.pk,
        "desk_slot_capacity": first_come.pk,
        "desk_person": attendee.pk,
        "desk_person_address": attendee.pk,
        "desk_person_confirmation": attendee.pk,
        "desk_person_slot": attendee.pk,
        "desk_person_nomination": attendee.pk,
        "desk_registration_cancellation": attendee.pk,
        "desk_arrival": attendee.pk,
        "desk_undo_check_in": attendee.pk,
        "desk_no_show": giver.pk,
        "desk_message": written.pk,
        "desk_message_withdrawal": written.pk,
        "desk_message_words": standing.pk,
        "desk_message_stop": standing.pk,
        "desk_undo": soon.pk,
        "desk_delivery_again": Notification.objects.filter(thread=event.thread).order_by("pk")[0].pk,
        "desk_place_withdrawal": place.pk,
        "desk_talk": accepted.pk,
        "desk_talk_words": entered.pk,
        "desk_talk_offer": entered.pk,
        "desk_talk_removal": entered.pk,
        "desk_talk_note": proposed.pk,
        "desk_talk_reminder": accepted.pk,
        "desk_talk_end": accepted.pk,
        "desk_talk_reopening": accepted.pk,
        "desk_talk_decision": proposed.pk,
        "desk_proposal_answer": offered.pk,
        "desk_speaker_invitation_withdrawal": asked_to_speak.pk,
        "desk_break": pause.pk,
        "desk_break_removal": pause.pk,
        "desk_talk_line": confirmed.pk,
        "desk_presence": cast.person("emi").pk,
        "desk_co_speakers": confirmed.pk,
        "desk_co_speaker_end": asked_too.pk,
        "talk_co_speakers": confirmed.pk,
        "co_speaker_end": asked_too.pk,
        "desk_talk_slides": confirmed.pk,
        "desk_talk_themes": confirmed.pk,
        "talk": confirmed.pk,
        "talk_pdf": confirmed.pk,
        "talk_slides": confirmed.pk,
        "talk_slides_removal": confirmed.pk,
        "talk_slides_publication": confirmed.pk,
        "talk_themes": confirmed.pk,
        "speaker_calendar": confirmed.speaker_id,
        "speaker_feed": confirmed.speaker_id,
    }
    for name, pk in more.items():
        parameters[name]["pk"] = pk
    event.cover.save("cover.webp", ContentFile(b"RIFF"))
    parameters["event_cover"]["version"] = event.cover_version
    shown = EventPicture(event=event, alt="部屋", width=8, height=6, added_at=cast.NOW)
    shown.image.save("picture.webp", ContentFile(b"RIFF"))
    for name in ("event_picture", "desk_event_picture_removal"):
        parameters[name]["name"] = shown.name
    asked = ask_question(
        slot=Slot.objects.select_related("event").get(public_id=drawn["slot"]),
        plan=QuestionPlan(QuestionKind.TEXT, "所属"),
        at=cast.NOW,
        by=cast.person("aiko"),
    )
    of_all = ask_everyone(
        event=event, plan=QuestionPlan(QuestionKind.TEXT, "アレルギー"), at=cast.NOW, by=cast.person("aiko")
    )
    for name, needs in addresses().items():
        if "question" in needs:
            parameters[name]["question"] = of_all.id if name.startswith("desk_event_question") else asked.id
    # Without this field the page would not know which draw is meant.
    fields = {"desk_draw": drawn}
    return World(dict(zip([*ROLES, *LIKE], people, strict=True)), event, parameters, fields)


def helper(event: Event) -> User:
    join_as_helper(link=helper_link(event), at=cast.NOW, by=cast.person("leo"))
    return cast.person("leo")


def helper_link(event: Event) -> HelperLink:
    return make_helper_link(event=event, at=cast.NOW, by=cast.person("aiko"))


def operator() -> User:
    user = cast.person("root")
    user.is_staff = user.is_superuser = True
    user.save()
    return user


def addresses() -> dict[str, set[str]]:
    """The name of every address, with the parameters that it needs."""
    found: dict[str, set[str]] = {}

    def walk(resolver: URLResolver, parameters: set[str]) -> Iterator[tuple[URLPattern, set[str]]]:
        for pattern in resolver.url_patterns:
            needs = parameters | set(pattern.pattern.converters) | set(pattern.pattern.regex.groupindex)
            if isinstance(pattern, URLPattern):
                yield pattern, needs
            else:
                yield from walk(pattern, needs)

    for pattern, needs in walk(get_resolver(), set()):
        found[pattern.name or str(pattern.pattern)] = needs
    return found
