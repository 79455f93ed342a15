"""Access: every address, every role, GET and POST. An address that is not in the table fails.

One letter for each role, in the order of ROLES:

    o  page shown (2xx)                  L  sent to sign-in, and back afterwards
    r  done, and redirected (3xx)        n  not found: the role may not know whether it exists
    b  content refused (4xx)             m  no role may use this method here
    f  forbidden
"""

import functools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from meetups.accounts.actions.renew_calendar_feed import renew_calendar_feed
from meetups.accounts.models import User
from meetups.communities.actions.invite_member import invite_member
from meetups.communities.models import Community, Membership
from meetups.communities.permissions import Role
from meetups.core.links import cancellation_token, mailed_token, offer_token, place_token, reconfirmation_token
from meetups.demo import mail_preview
from meetups.demo.mail_scenes.every_mail import every_mail
from meetups.events.models import Event
from meetups.lifecycle.actions.ask_organizers import ask_organizers
from meetups.lifecycle.models import Inquiry
from meetups.notifications.models import Notification, Topic
from meetups.notifications.unsubscription import unsubscribe_token
from meetups.registrations.actions.held_places.invite_attendees import Invitee, invite_attendees
from meetups.registrations.actions.questions.ask_question import ask_question
from meetups.registrations.models import Offer, PairInvitation, Registration, Slot
from meetups.registrations.questions.question_steps import QuestionPlan
from meetups.registrations.questions.questions import QuestionKind
from meetups.speakers.actions.calls.call_for_speakers import call_for_speakers
from meetups.speakers.actions.co_speakers.ask_co_speaker import ask_co_speaker
from meetups.speakers.actions.proposals.propose_to_community import propose_to_community
from meetups.speakers.models import Break, SpeakerInvitation, Talk
from meetups.volunteers.models import Handover
from tests.support import cast, teardown_scene
from tests.support.message_scene import scheduled_message, undoable_message

pytestmark = pytest.mark.django_db

ROLES = [
    *("anonymous", "member of nothing", "attendee", "waitlisted", "speaker", "volunteer"),
    *("reception", "organizer", "owner", "another owner", "operator"),
]

#                                         GET            POST, without a single field
VISITORS = {
    "home":                               ("ooooooooooo", "mmmmmmmmmmm"),
    "search":                             ("ooooooooooo", "mmmmmmmmmmm"),
    "robots":                             ("ooooooooooo", "mmmmmmmmmmm"),
    "manifest":                           ("ooooooooooo", "mmmmmmmmmmm"),
    "sitemap":                            ("ooooooooooo", "mmmmmmmmmmm"),
    "sitemap_section":                    ("ooooooooooo", "mmmmmmmmmmm"),
    "site_calendar":                      ("ooooooooooo", "mmmmmmmmmmm"),
    "site_feed":                          ("ooooooooooo", "mmmmmmmmmmm"),
    "community_calendar":                 ("ooooooooooo", "mmmmmmmmmmm"),
    "community_feed":                     ("ooooooooooo", "mmmmmmmmmmm"),
    "speaker_calendar":                   ("ooooooooooo", "mmmmmmmmmmm"),
    "speaker_feed":                       ("ooooooooooo", "mmmmmmmmmmm"),
    "healthz":                            ("ooooooooooo", "mmmmmmmmmmm"),
    "set_language_preference":            ("mmmmmmmmmmm", "bbbbbbbbbbb"),
    "my_page":                            ("Loooooooooo", "mmmmmmmmmmm"),
    "profile":                            ("Loooooooooo", "Lbbbbbbbbbb"),
    "account_deletion":                   ("Lrrrrrrrrrr", "Lrrrrrrrrrr"),
    "mail_health":                        ("ooooooooooo", "mmmmmmmmmmm"),
    "metrics":                            ("ooooooooooo", "mmmmmmmmmmm"),
    "preferences":                        ("Loooooooooo", "Lrrrrrrrrrr"),
    "my_following":                       ("Loooooooooo", "mmmmmmmmmmm"),
    "raised_hand":                        ("ooooooooooo", "bbbbbbbbbbb"),
    "contact":                            ("ooooooooooo", "bbbbbbbbbbb"),
    "event_contact":                      ("ooooooooooo", "bbbbbbbbbbb"),
    "conduct":                            ("ooooooooooo", "mmmmmmmmmmm"),
    "event_conduct":                      ("ooooooooooo", "mmmmmmmmmmm"),
    "following":                          ("ooooooooooo", "brrrrrrrrrr"),
    "address_trial":                      ("mmmmmmmmmmm", "Lrrrrrrrrrr"),
    "unsubscription":                     ("ooooooooooo", "ooooooooooo"),
    "markdown_preview":                   ("mmmmmmmmmmm", "Loooooooooo"),
    "community":                          ("ooooooooooo", "mmmmmmmmmmm"),
    "invitation":                         ("ooooooooooo", "bbbbbbbbbbb"),
    "offer":                              ("ooooooooooo", "bbbbbbbbbbb"),
    "reconfirmation":                     ("ooooooooooo", "bbbbbbbbbbb"),
    "one_click_cancellation":             ("ooooooooooo", "ooooooooooo"),
    "seat_invitation":                    ("ooooooooooo", "bbbbbbbbbbb"),
    "event":                              ("ooooooooooo", "mmmmmmmmmmm"),
    "event_calendar":                     ("ooooooooooo", "mmmmmmmmmmm"),
    "event_card":                         ("ooooooooooo", "mmmmmmmmmmm"),
    "draw_proof":                         ("ooooooooooo", "mmmmmmmmmmm"),
    "draw_manifest":                      ("nnnnnnnnnnn", "mmmmmmmmmmm"),
    "draw_check":                         ("ooooooooooo", "mmmmmmmmmmm"),
    "registration":                       ("ooooooooooo", "bbbbbbbbbbb"),
    "gate_code":                          ("bbbbbbbbbbb", "bbbbbbbbbbb"),
    "typed_again":                        ("Lrrrrrrrrrr", "mmmmmmmmmmm"),
    "registration_code":                  ("brrrrrrrrrr", "brrrrrrrrrr"),
    "registration_slot":                  ("Lroooorrrrr", "Lrbbbbrrrrr"),
    "registration_partner":               ("mmmmmmmmmmm", "Lbbbbbbbbbb"),
    "pair":                               ("ooooooooooo", "bbbbbbbbbbb"),
    "registration_answers":               ("Lrorrrrrrrr", "Lrrrrrrrrrr"),
    "registration_cancellation":          ("Lroooorrrrr", "Lbrrrrbbbbb"),
    "no_show":                            ("Lnnnnnnnnnn", "Lnnnnnnnnnn"),
    "shifts":                             ("Loooooooooo", "Lnnnnnnnnnn"),
    "event_shifts":                       ("ooooooooooo", "Lnnnnnnnnnn"),
    "signup_handover":                    ("Lrrrrorrrrr", "Lrrrrbrrrrr"),
    "handover":                           ("ooooooooooo", "bbbbbbbbbbb"),
    "shift_absence":                      ("Lnnnnnnnnnn", "Lnnnnnnnnnn"),
    "my_sessions":                        ("Loooooooooo", "Lrrrrrrrrrr"),
    "account_reauthenticate_by_code":     ("Loooooooooo", "Loooooooooo"),
    "my_calendar":                        ("Loooooooooo", "Lrrrrrrrrrr"),
    "calendar_feed":                      ("ooooooooooo", "mmmmmmmmmmm"),
    "signup":                             ("ooooorooooo", "brrrrrrrrrr"),
    "signup_end":                         ("Lrrrrorrrrr", "Lrrrrrrrrrr"),
    "teardown":                           ("Lnnnnoooonn", "mmmmmmmmmmm"),
    "teardown_lines":                     ("Lnnnnoooonn", "mmmmmmmmmmm"),
    "chore_tick":                         ("mmmmmmmmmmm", "Lnnnnbbbbnn"),
    "room_photo":                         ("Lnnnnoooonn", "mmmmmmmmmmm"),
    "talk_proposal":                      ("ooooooooooo", "bbbbbbbbbbb"),
    "proposal":                           ("ooooooooooo", "bbbbbbbbbbb"),
    "proposal_revision":                  ("Lnnnonnnnnn", "Lnnnbnnnnnn"),
    "proposal_withdrawal":                ("Lnnnonnnnnn", "Lnnnrnnnnnn"),
    "speaker_invitation":                 ("ooooooooooo", "bbbbbbbbbbb"),
    "talk_revision":                      ("Lnnnonnnnnn", "Lnnnbnnnnnn"),
    "talk_confirmation":                  ("Lnnnonnnnnn", "Lnnnrnnnnnn"),
    "talk_preparation":                   ("Lnnnonnnnnn", "Lnnnbnnnnnn"),
    "talk_co_speakers":                   ("mmmmmmmmmmm", "Lnnnbnnnnnn"),
    "co_speaker":                         ("ooooooooooo", "bbbbbbbbbbb"),
    "co_speaker_end":                     ("Lnnnonnnnnn", "Lnnnrnnnnnn"),
    "connection":                         ("Lnnnnnnnnnn", "Lnnnnnnnnnn"),
    "talk_withdrawal":                    ("Lnnnonnnnnn", "Lnnnrnnnnnn"),
    "talk_slides":                        ("Lnnnonnnnnn", "Lnnnbnnnnnn"),
    "talk_slides_removal":                ("mmmmmmmmmmm", "Lnnnbnnnnnn"),
    "talk_slides_publication":            ("mmmmmmmmmmm", "Lnnnbnnnnnn"),
    "talk_themes":                        ("mmmmmmmmmmm", "Lnnnrnnnnnn"),
    "talk":                               ("ooooooooooo", "mmmmmmmmmmm"),
    # This talk has no PDF; test_slides.py tests the access to one.
    "talk_pdf":                           ("nnnnnnnnnnn", "mmmmmmmmmmm"),
    "site_card":                          ("ooooooooooo", "mmmmmmmmmmm"),
    "community_card":                     ("ooooooooooo", "mmmmmmmmmmm"),
    "archive":                            ("ooooooooooo", "mmmmmmmmmmm"),
}  # fmt: skip
DESK = {
    "desk":                               ("Loooooooooo", "mmmmmmmmmmm"),
    "desk_found_community":               ("Loooooooooo", "Lbbbbbbbbbb"),
    "desk_community":                     ("Lnnnnnnoonn", "mmmmmmmmmmm"),
    "desk_community_profile":             ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_community_face":                ("Lnnnnnnoonn", "mmmmmmmmmmm"),
    "desk_inbox":                         ("Lnnnnnnoonn", "Lnnnnnnrrnn"),
    "desk_inquiry":                       ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_conduct":                       ("Lnnnnnnoonn", "Lnnnnnnrrnn"),
    "desk_rest":                          ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_members":                       ("Lnnnnnnnonn", "Lnnnnnnnbnn"),
    "desk_rights":                        ("Lnnnnnooonn", "mmmmmmmmmmm"),
    "desk_member_role":                   ("mmmmmmmmmmm", "Lnnnnnnnrnn"),
    "desk_member_end":                    ("Lnnnnnnnonn", "Lnnnnnnnrnn"),
    "desk_invitation_withdrawal":         ("Lnnnnnnnonn", "Lnnnnnnnrnn"),
    "desk_standing_call":                 ("Lnnnnnnoonn", "Lnnnnnnrrnn"),
    "desk_proposals":                     ("Lnnnnnnoonn", "mmmmmmmmmmm"),
    "desk_proposal_answer":               ("mmmmmmmmmmm", "Lnnnnnnbbnn"),
    "desk_event_new":                     ("Lnnnnnnoonn", "Lnnnnnnoonn"),
    "desk_event":                         ("Lnnnnnnoonn", "mmmmmmmmmmm"),
    "desk_event_edit":                    ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_event_deletion":                ("Lnnnnnnrrnn", "Lnnnnnnrrnn"),
    "desk_event_copy":                    ("Lnnnnnnoonn", "Lnnnnnnoonn"),
    "desk_event_copied":                  ("Lnnnnnnrrnn", "Lnnnnnnrrnn"),
    "desk_event_publication":             ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_event_cancellation":            ("Lnnnnnnoonn", "Lnnnnnnrrnn"),
    "desk_rehearsal":                     ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_rehearsal_removal":             ("Lnnnnnnrrnn", "Lnnnnnnrrnn"),
    "desk_event_inbox":                   ("Lnnnnnnoonn", "mmmmmmmmmmm"),
    "desk_slots":                         ("Lnnnnnnoonn", "mmmmmmmmmmm"),
    "desk_slot_new":                      ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_slot_capacity":                 ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_slot":                          ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_slot_admission":                ("Lnnnnnnoonn", "Lnnnnnnrrnn"),
    "desk_slot_questions":                ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_slot_question":                 ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_slot_question_place":           ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_slot_question_retirement":      ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_slot_reconfirmation":           ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_slot_order":                    ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_slot_seats":                    ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_attendees":                     ("Lnnnnnnoonn", "mmmmmmmmmmm"),
    "desk_person":                        ("Lnnnnnnoonn", "mmmmmmmmmmm"),
    "desk_person_address":                ("mmmmmmmmmmm", "Lnnnnnnoonn"),
    "desk_person_confirmation":           ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_person_slot":                   ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_attendees_csv":                 ("Lnnnnnnoonn", "mmmmmmmmmmm"),
    "desk_deliveries":                    ("Lnnnnnnoonn", "mmmmmmmmmmm"),
    "desk_message_new":                   ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_message":                       ("Lnnnnnnoonn", "mmmmmmmmmmm"),
    "desk_message_withdrawal":            ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_undo":                          ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_delivery_again":                ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_registration_cancellation":     ("Lnnnnnnoonn", "Lnnnnnnrrnn"),
    "desk_attendees_selected":            ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_places":                        ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_place_by_hand":                 ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_place_withdrawal":              ("Lnnnnnnoonn", "Lnnnnnnrrnn"),
    "desk_participants_import":           ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_no_shows":                      ("Lnnnnnnoonn", "Lnnnnnnrrnn"),
    "desk_no_show":                       ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_walk_in":                       ("Lnnnnnooonn", "Lnnnnnbbbnn"),
    "desk_check_in":                      ("Lnnnnnooonn", "mmmmmmmmmmm"),
    "desk_arrival":                       ("mmmmmmmmmmm", "Lnnnnnrrrnn"),
    "desk_undo_check_in":                 ("Lnnnnnrrrnn", "mmmmmmmmmmm"),
    "desk_draw":                          ("Lnnnnnnoonn", "Lnnnnnnrrnn"),
    "desk_draw_value":                    ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_draw_nominations":              ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_shifts":                        ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_shift":                         ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_usual_shifts":                  ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_shift_volunteers":              ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_shift_offers":                  ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_shift_cancellation":            ("Lnnnnnnoonn", "Lnnnnnnrrnn"),
    "desk_signup_answer":                 ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_signup_mark":                   ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_teardown":                      ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_teardown_usual":                ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_teardown_copy":                 ("mmmmmmmmmmm", "Lnnnnnnnnnn"),
    "desk_chore":                         ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_chore_place":                   ("mmmmmmmmmmm", "Lnnnnnnbbnn"),
    "desk_chore_removal":                 ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_room_photos":                   ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_room_photo":                    ("Lnnnnnnoonn", "Lnnnnnnrrnn"),
    "desk_room_photo_removal":            ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_slides":                        ("Lnnnnnnoonn", "mmmmmmmmmmm"),
    "desk_slides_publication":            ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_slides_request":                ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_talk_slides":                   ("mmmmmmmmmmm", "Lnnnnnnbbnn"),
    "desk_talk_themes":                   ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_talks":                         ("Lnnnnnnoonn", "mmmmmmmmmmm"),
    "desk_readiness":                     ("Lnnnnnnoonn", "mmmmmmmmmmm"),
    "desk_presence":                      ("mmmmmmmmmmm", "Lnnnnnnbbnn"),
    "desk_connections":                   ("Lnnnnnnoonn", "mmmmmmmmmmm"),
    "desk_co_speakers":                   ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_co_speaker_end":                ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_call":                          ("Lnnnnnnoonn", "Lnnnnnnrrnn"),
    "desk_decisions":                     ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_speaker_invitations":           ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_speaker_invitation_withdrawal": ("Lnnnnnnoonn", "Lnnnnnnrrnn"),
    "desk_talk_decision":                 ("mmmmmmmmmmm", "Lnnnnnnbbnn"),
    "desk_programme":                     ("Lnnnnnnoonn", "mmmmmmmmmmm"),
    "desk_programme_order":               ("mmmmmmmmmmm", "Lnnnnnnbbnn"),
    "desk_programme_breaks":              ("mmmmmmmmmmm", "Lnnnnnnbbnn"),
    "desk_break":                         ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_break_removal":                 ("mmmmmmmmmmm", "Lnnnnnnrrnn"),
    "desk_talk_line":                     ("Lnnnnnnoonn", "Lnnnnnnbbnn"),
    "desk_programme_run":                 ("Lnnnnnooonn", "mmmmmmmmmmm"),
}  # fmt: skip
ACCOUNTS = {
    "account_login":                      ("orrrrrrrrrr", "orrrrrrrrrr"),
    "account_logout":                     ("roooooooooo", "rrrrrrrrrrr"),
    "account_inactive":                   ("ooooooooooo", "mmmmmmmmmmm"),
    "account_signup":                     ("orrrrrrrrrr", "orrrrrrrrrr"),
    "account_reauthenticate":             ("Loooooooooo", "Loooooooooo"),
    "account_email":                      ("Loooooooooo", "Lrrrrrrrrrr"),
    "account_email_verification_sent":    ("Lrrrrrrrrrr", "Lrrrrrrrrrr"),
    "account_change_password":            ("Loooooooooo", "Loooooooooo"),
    "account_set_password":               ("Lrrrrrrrrrr", "Lrrrrrrrrrr"),
    "account_reset_password":             ("ooooooooooo", "ooooooooooo"),
    "account_confirm_login_code":         ("rrrrrrrrrrr", "rrrrrrrrrrr"),
    "account_confirm_password_reset_code": ("LLLLLLLLLLL", "LLLLLLLLLLL"),
    "account_complete_password_reset":    ("rrrrrrrrrrr", "rrrrrrrrrrr"),
    "account_password_reset_completed":   ("ooooooooooo", "mmmmmmmmmmm"),
    "account_request_login_code":         ("orrrrrrrrrr", "brrrrrrrrrr"),
    "mfa_index":                          ("Loooooooooo", "Lmmmmmmmmmm"),
    "mfa_authenticate":                   ("Lrrrrrrrrrr", "Lrrrrrrrrrr"),
    "mfa_reauthenticate":                 ("Lrrrrrrrrrr", "Lrrrrrrrrrr"),
    "mfa_activate_totp":                  ("Lrrrrrrrrrr", "Lrrrrrrrrrr"),
    "mfa_deactivate_totp":                ("Lnnnnnnnnnn", "Lnnnnnnnnnn"),
    "mfa_view_recovery_codes":            ("Lnnnnnnnnnn", "Lmmmmmmmmmm"),
    "mfa_generate_recovery_codes":        ("Lrrrrrrrrrr", "Lrrrrrrrrrr"),
    "mfa_download_recovery_codes":        ("Lnnnnnnnnnn", "Lnnnnnnnnnn"),
}  # fmt: skip
# These addresses exist only in development.
DEVELOPMENT = {
    "gallery":                            ("ooooooooooo", "ooooooooooo"),
    "mail_previews":                      ("ooooooooooo", "mmmmmmmmmmm"),
    "mail_preview":                       ("ooooooooooo", "mmmmmmmmmmm"),
    "mail_preview_html":                  ("ooooooooooo", "mmmmmmmmmmm"),
}  # fmt: skip
TABLES = [VISITORS, DESK, ACCOUNTS, DEVELOPMENT]


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
        *(cast.person("finn"), operator()),
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
    parameters["invitation"] = {"token": mailed_token(invitation)}
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
    written, soon = scheduled_message(event), undoable_message(event)
    line, photo = teardown_scene.line(event), teardown_scene.photo(event)
    more = {
        "desk_inquiry": asks.pk,
        "chore_tick": line.pk,
        "room_photo": photo.pk,
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
        "desk_registration_cancellation": attendee.pk,
        "desk_arrival": attendee.pk,
        "desk_undo_check_in": attendee.pk,
        "desk_no_show": giver.pk,
        "desk_message": written.pk,
        "desk_message_withdrawal": written.pk,
        "desk_undo": soon.pk,
        "desk_delivery_again": Notification.objects.filter(thread=event.thread).order_by("pk")[0].pk,
        "desk_place_withdrawal": place.pk,
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
    asked = ask_question(
        slot=Slot.objects.select_related("event").get(public_id=drawn["slot"]),
        plan=QuestionPlan(QuestionKind.TEXT, "所属"),
        at=cast.NOW,
        by=cast.person("aiko"),
    )
    for name, needs in addresses().items():
        if "question" in needs:
            parameters[name]["question"] = asked.id
    # Without this field the page would not know which draw is meant.
    fields = {"desk_draw": drawn}
    return World(dict(zip(ROLES, people, strict=True)), event, parameters, fields)


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


def letter(answer: Any) -> str:
    """The letter for the class of an answer."""
    status = answer.status_code
    if 300 <= status < 400:
        return "L" if urlsplit(answer["Location"]).path == reverse("account_login") else "r"
    return {403: "f", 404: "n", 405: "m"}.get(status, "o" if status < 300 else "b" if status < 500 else "!")


def cookies_of(user: User | None) -> SimpleCookie:
    client = Client()
    if user:
        client.force_login(user)
    return client.cookies


def client_with(cookies: SimpleCookie) -> Client:
    return afresh(Client(headers={"Accept-Language": "en"}), cookies)


def afresh(client: Client, cookies: SimpleCookie) -> Client:
    """The same browser with only these cookies. A new one would load all middleware again, as long as a refusal takes."""
    client.cookies = SimpleCookie(cookies.output(header="", sep=";"))
    return client


def test_every_address_is_in_the_table() -> None:
    assert set(addresses()) == {name for table in TABLES for name in table}


@pytest.fixture(autouse=True)
def mails_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A preview makes its mail on each request, which takes a while. All readers get the same mail, so it is made once."""
    monkeypatch.setattr(mail_preview, "every_mail", functools.cache(every_mail))


@pytest.mark.parametrize("table", TABLES, ids=["visitors", "desk", "accounts", "development"])
def test_who_may(table: dict[str, tuple[str, str]]) -> None:
    seen = {name: ["", ""] for name in table}
    with time_machine.travel(cast.NOW, tick=False):
        world = make_world()
        for user in world.people.values():
            cookies = cookies_of(user)
            client = client_with(cookies)
            for name in table:
                url = reverse(name, kwargs=world.parameters[name])
                for number, method in enumerate(("get", "post")):
                    before = transaction.savepoint_create()
                    afresh(client, cookies)
                    answer = client.get(url) if method == "get" else client.post(url, world.fields.get(name, {}))
                    seen[name][number] += letter(answer)
                    transaction.savepoint_rollback(before)
    assert {name: tuple(letters) for name, letters in seen.items()} == table


def test_what_belongs_to_another_community_is_not_found() -> None:
    given = {"decision": "accept", "move": "up", "capacity": "5"}
    with time_machine.travel(cast.NOW, tick=False):
        world = make_world()
        cookies = cookies_of(world.people["another owner"])
        client = client_with(cookies)
        own = Event.objects.get(community__slug="other")
        stored = Registration.objects.order_by("pk").values_list("pk", "state", "checked_in_at")
        known = list(stored)
        for name in sorted(set(DESK) - {"desk", "desk_found_community"}):
            # First, objects of the other community; then, if there is a number, their number under an event of the own community.
            tries = [world.parameters[name]]
            if "pk" in world.parameters[name]:
                of_hers = {"public_id": own.public_id} if "public_id" in world.parameters[name] else {"slug": "other"}
                tries.append({**of_hers, "pk": world.parameters[name]["pk"]})
            for parameters in tries:
                before = transaction.savepoint_create()
                afresh(client, cookies)
                url = reverse(name, kwargs=parameters)
                for answer in (client.get(url), client.post(url, given)):
                    assert letter(answer) in {"n", "m"}, (name, parameters)
                assert list(stored.all()) == known, (name, parameters)
                transaction.savepoint_rollback(before)


def test_fields_that_a_form_does_not_have_do_nothing() -> None:
    extra = {"state": "confirmed", "place": "1", "above_capacity": "1", "taken": "0", "is_staff": "1", "role": "owner",
             "community": "2", "public_id": "hacked", "published_at": "2020-01-01", "slug": "taken"}  # fmt: skip
    with time_machine.travel(cast.NOW, tick=False):
        event = cast.event(slots=[cast.lottery_plan(1), cast.duty_plan()])
        jun = client_with(cookies_of(cast.person("jun")))
        slot = cast.slot_of(event, Slot.Admission.LOTTERY)
        sent = {"slot": slot.public_id, "request_id": "0192f3c4-0000-7000-8000-000000000001"}
        answer = jun.post(reverse("registration", args=[event.public_id]), {**extra, **sent})
        jun.post(reverse("profile"), {**extra, "name": "ジュン", "language": "ja"})
        aiko = client_with(cookies_of(cast.person("aiko")))
        names = {"name": "新しい名前", "language": "ja", "time_zone": "Asia/Tokyo"}
        aiko.post(reverse("desk_community_profile", args=["ml"]), {**extra, **names})
        aiko.post(
            reverse("desk_event_new", args=["ml"]),
            {
                **extra,
                "title": "次の会",
                "day": "2027-01-10",
                "starts": "19:00",
                "intent": "draft",
                "language": "ja",
                "time_zone": "Asia/Tokyo",
                "format": "online",
                "visibility": "public",
                "admission": "first_come",
            },
        )
    assert answer.status_code == 302
    assert Registration.objects.get().state == Registration.State.APPLIED
    assert not User.objects.filter(is_staff=True).exists()
    community = Community.objects.get()
    assert (community.slug, community.name) == ("ml", "新しい名前")
    draft = Event.objects.get(title="次の会")
    assert (draft.state, draft.published_at) == (Event.State.DRAFT, None)
    assert draft.public_id != "hacked"


class TestSecondFactor:
    """With the setting on, the desk requires a second factor. Users without one are sent to set it up, and back afterwards."""

    @pytest.fixture(autouse=True)
    def _wanted(self, settings: Any) -> None:
        settings.DESK_SECOND_FACTOR = True

    def test_no_page_of_the_desk_opens_without(self) -> None:
        with time_machine.travel(cast.NOW, tick=False):
            world = make_world()
            cookies = cookies_of(world.people["owner"])
            client = client_with(cookies)
            for name in DESK:
                before = transaction.savepoint_create()
                afresh(client, cookies)
                url = reverse(name, kwargs=world.parameters[name])
                shown, sent = client.get(url), client.post(url)
                for answer in (shown, sent):
                    if answer.status_code != 405:
                        assert answer.status_code == 302, name
                        assert urlsplit(answer["Location"]).path == reverse("mfa_activate_totp"), name
                if shown.status_code != 405:
                    assert parse_qs(urlsplit(shown["Location"]).query) == {"next": [url]}, name
                transaction.savepoint_rollback(before)

    def test_who_has_one_uses_it(self) -> None:
        owner = cast.person("aiko")
        cast.community()
        Authenticator.objects.create(user=owner, type=Authenticator.Type.TOTP, data={"secret": "x"})
        client = client_with(cookies_of(owner))
        assert urlsplit(client.get("/desk/")["Location"]).path == reverse("mfa_reauthenticate")
        session = client.session
        session["account_authentication_methods_user"] = user_id_to_str(owner)
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": time.time(), "type": "totp"}]
        session.save()
        assert client.get("/desk/").status_code == 200

    def test_visitors_are_not_asked(self) -> None:
        with time_machine.travel(cast.NOW, tick=False):
            event = cast.event()
            client = client_with(cookies_of(cast.person("aiko")))
            assert client.get(reverse("event", args=[event.public_id])).status_code == 200
