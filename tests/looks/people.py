"""Scenes that the sample lacks: people who are invited, let in at the door, or absent, and teams. For `make looks`."""

from datetime import timedelta

from django.utils import timezone

from meetups.communities.actions.found_community import found_community
from meetups.communities.actions.name_successor import name_successor
from meetups.communities.actions.raise_hand import raise_hand
from meetups.communities.actions.rest_community import rest_community
from meetups.communities.models import Membership, RaisedHand
from meetups.communities.permissions import Role
from meetups.core.links import helper_token, place_token
from meetups.events.models import Event
from meetups.lifecycle.actions.team.join_as_helper import join_as_helper
from meetups.lifecycle.actions.team.make_helper_link import make_helper_link
from meetups.registrations.actions.held_places.invite_attendees import Invitee, invite_attendees
from meetups.registrations.actions.no_shows.excuse_no_show import excuse_no_show
from meetups.registrations.actions.no_shows.record_no_shows import record_no_shows
from meetups.registrations.actions.questions.ask_question import ask_question
from meetups.registrations.models import Registration
from meetups.registrations.questions.question_steps import QuestionPlan
from meetups.registrations.questions.questions import QuestionKind
from meetups.volunteers.actions.shifts.plan_shift import plan_shift
from meetups.volunteers.actions.signups.sign_up import sign_up
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_plan import ShiftPlan
from tests.looks.scene import full, person

# A file of participants with answers, some of which don't fit.
PARTICIPANTS = """参加枠名,ユーザー名,表示名,参加ステータス,食べられないもの,懇親会に参加しますか
一般参加枠,ichi,山田 一,参加,えび、かに,はい
一般参加枠,futaba,佐藤 二葉,参加,,たぶん
一般参加枠,saburo,鈴木 三郎,補欠,,
一般参加枠,,,参加,,
一般参加枠,roku,高橋 六,キャンセル,,
"""


def people_brought_in() -> list[tuple[str, str, str]]:
    """The name, viewer and path of each page about these scenes."""
    now = timezone.now()
    online = Event.objects.get(title__contains="番外編")
    invitees = [Invitee("taro@example.com", "来賓 太郎"), Invitee("somebody.with.a.long.address@mail.example.com")]
    places = invite_attendees(
        slot=online.slots.in_order()[0], invitees=invitees, above=False, at=now, by=person("aiko")
    )
    for plan in (
        QuestionPlan(QuestionKind.TEXT, "食べられないもの", required=False, choices=()),
        QuestionPlan(QuestionKind.CHOICE, "懇親会に参加しますか", required=True, choices=("はい", "いいえ")),
        QuestionPlan(QuestionKind.CONSENT, "写真に写ってもよい", required=False, choices=()),
    ):
        ask_question(slot=online.slots.in_order()[0], plan=plan, at=now, by=person("aiko"))
    today, _there = full("ML勉強会 #17 今日の会", hours=1, since=now - timedelta(days=6))
    past = Event.objects.get(title__contains="#13")
    absent = Registration.objects.confirmed().filter(event=past, attendee=person("dan"))
    absent.update(checked_in_at=None)
    slots = past.slots.values_list("pk", flat=True)
    record_no_shows(event=past, slots=slots, at=now, by=person("aiko"))
    excused = Registration.objects.filter(event=past, absent_at__isnull=False).exclude(attendee=person("dan")).first()
    if excused:
        excuse_no_show(registration=excused, at=now, by=person("aiko"))
    resting = found_community(
        name="夜の論文読み会", slug="resting", description="月に一本、論文を読みます。", language="ja", time_zone="Asia/Tokyo",
        at=now, by=person("finn"),
    )  # fmt: skip
    rest_community(community=resting, words="話したいテーマが決まったら、また集まります。", at=now, by=person("finn"))
    speak, can = RaisedHand.Kind.SPEAK, RaisedHand.Kind.HELP
    raise_hand(community=resting, kind=speak, about="長い文脈の評価について", at=now, by=person("emi"))
    raise_hand(community=resting, kind=can, about="", at=now, by=person("dan"))
    desk = f"/desk/events/{online.public_id}"
    lottery = Event.objects.get(title__contains="#14", community__slug="ml-study")
    Shift.objects.filter(event=lottery).update(lead=person("ben"))
    helpers = make_helper_link(event=today, at=now, by=person("aiko"))
    join_as_helper(link=helpers, at=now, by=person("emi"))
    return [
        ("team-event", "aiko", f"/desk/events/{today.public_id}/team/"),
        ("team-absence", "ben", f"/desk/events/{lottery.public_id}/team/absence/"),
        ("team-absence-empty", "chie", f"/desk/events/{today.public_id}/team/absence/"),
        ("team-without-link", "aiko", f"{desk}/team/"),
        ("team-helper-link", "", f"/help/{helper_token(helpers.pk)}/"),
        ("team-helper-asked", "dan", f"/help/{helper_token(helpers.pk)}/"),
        ("team-helper-door", "emi", f"/desk/events/{today.public_id}/check-in/"),
        ("team-helper-my-page", "emi", "/me/"),
        ("people-invitations", "aiko", f"{desk}/places/"),
        ("people-by-hand", "aiko", f"{desk}/places/by-hand/"),
        ("people-withdraw-invitation", "aiko", f"{desk}/places/{places[0].pk}/withdrawal/"),
        ("people-import", "aiko", f"{desk}/participants/"),
        ("people-walk-in", "chie", f"/desk/events/{today.public_id}/check-in/walk-in/"),
        ("people-door", "chie", f"/desk/events/{today.public_id}/check-in/"),
        ("people-no-shows", "aiko", f"/desk/events/{past.public_id}/no-shows/"),
        ("people-attendees-past", "aiko", f"/desk/events/{past.public_id}/attendees/"),
        ("people-person-past", "aiko", f"/desk/events/{past.public_id}/attendees/{absent[0].pk}/"),
        ("resting-community", "dan", "/c/resting/"),
        ("resting-hand", "dan", "/c/resting/hands/"),
        ("resting-desk", "finn", "/desk/c/resting/rest/"),
        ("people-invited", "", f"/places/{place_token(places[0].pk)}/"),
        ("people-my-no-show", "dan", f"/events/{past.public_id}/no-show/"),
        ("people-my-page", "dan", "/me/"),
    ]


def teams() -> list[tuple[str, str, str]]:
    """A community with a successor, who reads what that means, and its owner who leaves; a day with someone missing."""
    at, aiko = timezone.now(), person("aiko")
    club = found_community(
        name="論文を読む会", slug="papers", description="", language="ja", time_zone="Asia/Tokyo", at=at, by=aiko
    )
    for who, role in (("ben", Role.ORGANIZER), ("chie", Role.PROGRAMME)):
        Membership.objects.create(community=club, person=person(who), role=role, since=at)
    chie = club.memberships.get(person=person("chie"))
    mine = club.memberships.get(person=aiko)
    name_successor(community=club, successor=chie, at=at, by=aiko)
    day = Event.objects.get(title__contains="受付の日")
    begins = day.starts_at - timedelta(minutes=45)
    plan = ShiftPlan(Shift.Phase.EVENT, Shift.Role.RECEPTION, "受付", begins, day.starts_at, 1, 3)
    shift = plan_shift(event=day, plan=plan, guarantees_seat=False, at=at, by=aiko)
    for volunteer in ("dan", "finn"):
        sign_up(shift=shift, volunteer=person(volunteer), at=at)
    return [
        ("desk-day-missing", "aiko", f"/desk/events/{day.public_id}/"),
        ("desk-members-successor", "aiko", "/desk/c/papers/members/"),
        ("desk-members-leaving", "aiko", f"/desk/c/papers/members/{mine.pk}/end/"),
        ("desk-rights-successor", "chie", "/desk/c/papers/rights/"),
    ]
