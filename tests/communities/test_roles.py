"""Roles on the team: changed in place, and what each may do as a table."""

import pytest

from meetups.communities.models import Community, Membership
from meetups.communities.permissions import GRANTS, Permission, Role
from meetups.history.models import HistoryEntry
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

    def granted() -> dict[str, list[bool]]:
        return {row.words: row.granted for row in rights_table(community, Role.OWNER).rows}

    before = granted()
    assert [sum(column) for column in zip(*before.values(), strict=True)] == [len(GRANTS[role]) for role in GRANTS]
    monkeypatch.setitem(GRANTS, Role.ORGANIZER, GRANTS[Role.ORGANIZER] - {Permission.RUN_DRAW})
    after = granted()
    assert [words for words in before if before[words] != after[words]] == [str(WORDS[Permission.RUN_DRAW])]


def test_everyone_on_the_team_reads_the_table_with_the_own_column_shaded() -> None:
    cast.community()
    cast.member("chie", Role.RECEPTION)
    columns = cast.signed_in("chie").get("/desk/c/ml/rights/").context["table"].columns
    assert [column.is_mine for column in columns] == [False, False, True]
    assert columns[2].people == [cast.person("chie").name]
