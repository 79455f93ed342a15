"""Who may do what, in words: made of the table that every page of the dashboard asks."""

from collections import defaultdict
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from meetups.communities.models import Community
from meetups.communities.permissions import GRANTS, Permission, Role
from organizers.community.communities import community_page
from organizers.desk.access import DeskRequest, for_community

WORDS = {
    Permission.SEE_DESK: gettext_lazy("Open the dashboard"),
    Permission.CHECK_IN: gettext_lazy("See names and numbers, check people in"),
    Permission.SEE_ATTENDEES: gettext_lazy("See states, answers and addresses; export lists"),
    Permission.MANAGE_ATTENDEES: gettext_lazy("Confirm, move and cancel registrations; write messages"),
    Permission.DECIDE_TALKS: gettext_lazy("Decide on talks; program and slides"),
    Permission.MANAGE_SHIFTS: gettext_lazy("Shifts and the teardown list"),
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
    """One right in words, and whether each role grants it, in the order of the columns."""

    words: str
    granted: list[bool]


@dataclass(frozen=True)
class RightsTable:
    columns: list[RoleColumn]
    rows: list[RightRow]


def rights_table(community: Community, mine: Role) -> RightsTable:
    """One query, for the names."""
    people = defaultdict(list)
    for role, name in community.memberships.order_by("since", "pk").values_list("role", "person__name"):
        people[Role(role)].append(name)
    return RightsTable(
        [RoleColumn(str(role.label), people[role], role == mine) for role in GRANTS],
        [RightRow(str(words), [right in GRANTS[role] for role in GRANTS]) for right, words in WORDS.items()],
    )


def role_of(request: DeskRequest) -> Role:
    """The reader's role: the one that grants just what the request may do."""
    return next(role for role, granted in GRANTS.items() if granted == request.grants)


@require_safe
@for_community(Permission.SEE_DESK)
def rights(request: DeskRequest, community: Community) -> HttpResponse:
    """The table, for everyone on the team."""
    page = community_page(request, community, current="desk_rights")
    return render(request, "desk/community/rights.html", {**page, "table": rights_table(community, role_of(request))})
