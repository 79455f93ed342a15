"""Roles on the team: changed in place, and what each may do as a table."""

import re

import pytest
from django.utils import timezone

from meetups.communities.actions.invite_member import invite_member
from meetups.communities.models import Community, Membership
from meetups.communities.permissions import GRANTS, OF_THE_TEAM, Permission, Role
from meetups.core.links import mailed_token
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.erase_person import erase_person
from organizers.community.rights import WORDS, rights_table
from tests.support import cast

pytestmark = pytest.mark.django_db


def change(who: str, whose: str, role: str, seen: str, *, of: Community) -> str:
    membership = Membership.objects.get(community=of, person=cast.person(whose))
    answer = cast.signed_in(who).post(
        f"/desk/c/{of.slug}/members/{membership.pk}/role/", {"role": role, "seen": seen}, follow=True
    )
    return str(answer.content.decode())


def role_of(name: str) -> str:
    return str(Membership.objects.get(person=cast.person(name)).role)


def test_a_role_is_changed_in_place() -> None:
    community = cast.community()
    cast.member("chie", Role.RECEPTION)
    since = Membership.objects.get(person=cast.person("chie")).since
    change("aiko", "chie", "organizer", "reception", of=community)
    membership = Membership.objects.get(person=cast.person("chie"))
    assert (membership.role, membership.since) == ("organizer", since)
    entry = HistoryEntry.objects.get(verb="change_role")
    assert entry.details == {"before": "reception", "after": "organizer"}
    assert cast.signed_in("chie").get(f"/desk/c/{community.slug}/").status_code == 200


def test_who_saves_second_is_refused() -> None:
    community = cast.community()
    cast.member("chie", Role.RECEPTION)
    change("aiko", "chie", "owner", "reception", of=community)
    change("aiko", "chie", "organizer", "reception", of=community)
    assert role_of("chie") == "owner"


def test_the_last_owner_stays_one() -> None:
    community = cast.community()
    assert "only one owner" in cast.signed_in("aiko").get("/desk/c/ml/members/").content.decode()
    assert "needs an owner" in change("aiko", "aiko", "organizer", "owner", of=community)
    assert role_of("aiko") == "owner"
    cast.member("ben", Role.OWNER)
    assert "only one owner" not in cast.signed_in("aiko").get("/desk/c/ml/members/").content.decode()
    change("aiko", "aiko", "organizer", "owner", of=community)
    assert role_of("aiko") == "organizer"


@pytest.mark.parametrize("role", ["", "king"])
def test_a_role_that_is_none(role: str) -> None:
    community = cast.community()
    cast.member("chie", Role.RECEPTION)
    assert "Choose a role." in change("aiko", "chie", role, "reception", of=community)
    assert role_of("chie") == "reception"


def test_the_table_says_what_the_pages_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every right has words; a right that is taken from a role is gone from the table, too: the control."""
    assert WORDS.keys() == set(Permission)
    community = cast.community()

    def granted() -> dict[str, list[str]]:
        return {row.words: row.granted for row in rights_table(community.memberships.all(), Role.OWNER).rows}

    before = granted()
    assert [sum(map(bool, column)) for column in zip(*before.values(), strict=True)] == [
        len(GRANTS[role]) for role in GRANTS
    ]
    monkeypatch.setitem(GRANTS, Role.ORGANIZER, GRANTS[Role.ORGANIZER] - {Permission.RUN_DRAW})
    after = granted()
    assert [words for words in before if before[words] != after[words]] == [str(WORDS[Permission.RUN_DRAW])]


def test_a_helper_has_a_ring_and_the_team_dots() -> None:
    """What they may do, they may at one event only."""
    community = cast.community()
    page = cast.signed_in("aiko").get("/desk/c/ml/rights/").content.decode()
    [row] = [
        row
        for row in rights_table(community.memberships.all(), None).rows
        if row.words == str(WORDS[Permission.CHECK_IN])
    ]
    assert row.granted == ["yes"] * 5 + ["here"]
    assert page.count(">○<") == 1 + sum(right in GRANTS[Role.HELPER] for right in WORDS)


def test_everyone_on_the_team_reads_the_table_with_the_own_column_shaded() -> None:
    cast.community()
    cast.member("chie", Role.RECEPTION)
    columns = cast.signed_in("chie").get("/desk/c/ml/rights/").context["table"].columns
    assert [column.is_mine for column in columns] == [False, False, False, False, True, False]
    assert columns[4].people == [cast.person("chie").name]


@pytest.mark.in_short(1)
@pytest.mark.parametrize(("role", "theirs"), [(Role.PROGRAMME, "talks"), (Role.VOLUNTEERS, "shifts")])
def test_program_and_volunteers_find_their_pages_and_no_others(role: Role, theirs: str) -> None:
    event = cast.event()
    cast.member("chie", role)
    chie = cast.signed_in("chie")
    desk = f"/desk/events/{event.public_id}"
    home = chie.get("/desk/").content.decode()
    assert f"{desk}/{theirs}/" in home
    for url in re.findall(r'href="(/desk/[^"]+)"', home + chie.get(f"{desk}/{theirs}/").content.decode()):
        assert chie.get(url).status_code == 200, url
    for other in {"talks", "shifts", "attendees", "slots", "edit"} - {theirs}:
        assert chie.get(f"{desk}/{other}/").status_code == 404, other
    assert chie.get(f"{desk}/check-in/").status_code == 200


@pytest.mark.parametrize("role", list(OF_THE_TEAM))
def test_whoever_accepts_an_invitation_lands_on_a_page_that_opens(role: Role) -> None:
    community, at = cast.community(), timezone.now()
    invitation = invite_member(community=community, email="chie@example.org", role=role, at=at, by=cast.person("aiko"))
    answer = cast.signed_in("chie").post(f"/invitations/{mailed_token(invitation)}/", follow=True)
    assert answer.status_code == 200
    mine = cast.signed_in("chie").get("/me/").content.decode()
    [url] = re.findall(r'href="(/desk/c/[^"]+)"', mine)
    assert cast.signed_in("chie").get(url).status_code == 200


def test_a_helper_is_no_role_of_the_team() -> None:
    community = cast.community()
    cast.member("chie", Role.RECEPTION)
    assert "Choose a role." in change("aiko", "chie", "helper", "reception", of=community)
    sent = cast.signed_in("aiko").post("/desk/c/ml/members/", {"email": "new@example.org", "role": "helper"})
    assert sent.status_code == 422


@pytest.mark.parametrize("how", ["removed", "made organizer", "erased"])
def test_who_no_longer_manages_the_team_brings_no_one_else_into_it(how: str) -> None:
    """The control: what another owner sent stays open."""
    community, at = cast.community(), timezone.now()
    cast.member("ben", Role.OWNER)
    by_ben, by_aiko = (
        invite_member(community=community, email=f"{whom}@example.org", role=Role.OWNER, at=at, by=cast.person(who))
        for who, whom in (("ben", "finn"), ("aiko", "emi"))
    )
    if how == "removed":
        membership = Membership.objects.get(person=cast.person("ben"))
        cast.signed_in("aiko").post(f"/desk/c/ml/members/{membership.pk}/end/")
    elif how == "erased":
        erase_person(address=cast.person("ben").email, at=at)
    else:
        change("aiko", "ben", "organizer", "owner", of=community)
    answer = cast.signed_in("finn").post(f"/invitations/{mailed_token(by_ben)}/", follow=True)
    assert "This invitation was used, was canceled or has expired" in answer.content.decode()
    cast.signed_in("emi").post(f"/invitations/{mailed_token(by_aiko)}/")
    assert set(community.memberships.filter(role=Role.OWNER).values_list("person__name", flat=True)) == {
        cast.person(who).name for who in ("aiko", "emi")
    }
