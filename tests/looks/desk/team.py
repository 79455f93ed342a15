"""Pages of teams: a community with a successor, who reads what that means, and its owner who leaves; a day with someone missing."""

from datetime import timedelta

from django.utils import timezone

from meetups.communities.actions.found_community import found_community
from meetups.communities.actions.name_successor import name_successor
from meetups.communities.models import Membership
from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.volunteers.actions.shifts.plan_shift import plan_shift
from meetups.volunteers.actions.signups.sign_up import sign_up
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_plan import ShiftPlan
from tests.looks.scene import person


def teams() -> list[tuple[str, str, str]]:
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
