"""Who may do what, in words: made of the table that every page of the dashboard asks."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from meetups.communities.models import Community, Membership
from meetups.communities.permissions import GRANTS, OF_THE_TEAM, Permission, Role
from meetups.events.event_roles import EventRole
from organizers.community.communities import community_page
from organizers.desk.access import DeskRequest, for_community

# At every event of the community, or at the one event for which a person has the role.
YES, HERE, NO = "yes", "here", ""
WORDS = {
    Permission.SEE_DESK: gettext_lazy("Open the dashboard"),
    Permission.CHECK_IN: gettext_lazy("See names and numbers, check people in"),
    Permission.SEE_ATTENDEES: gettext_lazy("See states, answers and addresses; export lists"),
    Permission.MANAGE_ATTENDEES: gettext_lazy("Confirm, move and cancel registrations; write to everyone"),
    Permission.DECIDE_TALKS: gettext_lazy("Decide on talks; program and slides"),
    Permission.MANAGE_SHIFTS: gettext_lazy("Shifts and the teardown list"),
    Permission.WRITE_MESSAGES: gettext_lazy("Write to speakers, to volunteers, or to both: those they look after"),
    Permission.RUN_DRAW: gettext_lazy("Run the lottery"),
    Permission.PLAN_EVENTS: gettext_lazy("Create, edit and cancel events; describe the community"),
    Permission.MANAGE_MEMBERS: gettext_lazy("Invite team members and change roles"),
}


@dataclass(frozen=True)
class RoleColumn:
    """One role: its name, who has it, and whether it is the reader's."""

    label: str
    people: list[str]
    is_mine: bool


@dataclass(frozen=True)
class RightRow:
    """One right in words, and what each role grants of it, in the order of the columns: HERE is at one event only."""

    words: str
    granted: list[str]


@dataclass(frozen=True)
class RightsTable:
    columns: list[RoleColumn]
    rows: list[RightRow]


def rights_table(
    memberships: Iterable[Membership], mine: str | None, at_event: Iterable[EventRole] = ()
) -> RightsTable:
    """No query. `mine` is the reader's role in the team; `at_event` are the roles at the event that the page is about."""
    people = defaultdict(list)
    for role, name in [
        *((one.role, one.person.name) for one in memberships),
        *((one.role, one.person.name) for one in at_event),
    ]:
        people[Role(role)].append(name)
    return RightsTable(
        [RoleColumn(str(role.label), people[role], role == mine) for role in GRANTS],
        [RightRow(str(words), [_mark(role, right) for role in GRANTS]) for right, words in WORDS.items()],
    )


def _mark(role: Role, right: Permission) -> str:
    if right not in GRANTS[role]:
        return NO
    return YES if role in OF_THE_TEAM else HERE


def role_of(memberships: Iterable[Membership], request: DeskRequest) -> str | None:
    """The reader's role in the team."""
    return next((one.role for one in memberships if one.person_id == request.user.pk), None)


@require_safe
@for_community(Permission.SEE_DESK)
def rights(request: DeskRequest, community: Community) -> HttpResponse:
    """The table, for everyone on the team."""
    memberships = list(community.memberships.select_related("person").order_by("since", "pk"))
    page = community_page(request, community, current="desk_rights")
    table = rights_table(memberships, role_of(memberships, request))
    named = community.memberships.successors().filter(person=request.user).with_owners(request.at).first()
    return render(request, "desk/community/rights.html", {**page, "table": table, "named": named})
