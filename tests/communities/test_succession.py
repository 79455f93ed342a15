"""Who owns a community next: named before, told, free to decline, and the owner in the moment in which no one else is."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from meetups.accounts.models import Session, User
from meetups.communities import succession
from meetups.communities.models import AWAY, Community, Membership
from meetups.communities.permissions import Role
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions import erase_person as erasing
from meetups.lifecycle.actions.erase_person import erase_person
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from tests.support import cast

pytestmark = pytest.mark.django_db
LATER = cast.NOW + AWAY + timedelta(days=1)
HINT = "only owner. Name a successor"


@pytest.fixture
def community() -> Community:
    """Aiko owns it alone; Ben organizes, Chie does check-in."""
    found = cast.community()
    cast.member("ben", Role.ORGANIZER)
    cast.member("chie", Role.RECEPTION)
    return found


def post(who: str, name: str, *args: object, **fields: str) -> str:
    answer = cast.signed_in(who).post(reverse(name, args=args), fields, follow=True)
    return str(answer.content.decode())


def read(who: str, name: str, *args: object) -> str:
    return str(cast.signed_in(who).get(reverse(name, args=args)).content.decode())


def membership(name: str) -> Membership:
    return Membership.objects.get(person=cast.person(name))


def name_ben() -> str:
    return post("aiko", "desk_successor", "ml", membership("ben").pk)


def team() -> dict[str, str]:
    return {one.person.email.partition("@")[0]: one.role for one in Membership.objects.select_related("person")}


def mails() -> list[tuple[str, str]]:
    """Who got which mail since the last look, without a name of the community."""
    mail.outbox.clear()
    deliver(at=LATER)
    return sorted((sent.to[0].partition("@")[0], str(sent.subject)) for sent in mail.outbox)


@pytest.mark.usefixtures("community")
def test_one_press_names_the_successor_who_is_told_once() -> None:
    assert "is the successor" in name_ben()
    name_ben()
    assert [one.person.email for one in Membership.objects.successors()] == ["ben@example.org"]
    cast.person("ben", language="en")
    assert Notification.objects.get(kind="successor_named").recipient == cast.person("ben")
    assert HistoryEntry.objects.filter(verb="name_successor").count() == 1
    assert len(mails()) == 1


@pytest.mark.usefixtures("community")
def test_the_only_owner_reads_so_until_someone_else_is_there() -> None:
    pages = [("desk",), ("desk_members", "ml")]
    assert [HINT in read("aiko", "desk"), "There’s only one owner" in read("aiko", *pages[1])] == [True, True]
    assert HINT not in read("ben", "desk")
    name_ben()
    assert [HINT in read("aiko", "desk"), "There’s only one owner" in read("aiko", *pages[1])] == [False, False]
    post("ben", "desk_succession", "ml", decline="")
    assert HINT in read("aiko", "desk")
    Membership.objects.filter(person=cast.person("chie")).update(role=Role.OWNER)
    assert [HINT in read("aiko", "desk"), "There’s only one owner" in read("aiko", *pages[1])] == [False, False]


def test_a_team_of_one_is_asked_to_invite() -> None:
    cast.community()
    page = read("aiko", "desk_members", "ml")
    assert "Invite someone" in page
    assert "Make successor" not in page


@pytest.mark.usefixtures("community")
def test_an_owner_whose_account_is_closed_is_no_second_owner() -> None:
    Membership.objects.filter(person=cast.person("ben")).update(role=Role.OWNER)
    assert HINT not in read("aiko", "desk")
    User.objects.filter(email="ben@example.org").update(is_active=False)
    assert HINT in read("aiko", "desk")


@pytest.mark.usefixtures("community")
def test_the_successor_declines_and_the_owner_is_told() -> None:
    name_ben()
    assert "I’d rather not" in read("ben", "desk_rights", "ml")
    assert "I’d rather not" not in read("chie", "desk_rights", "ml")
    mails()
    post("ben", "desk_succession", "ml", decline="")
    post("ben", "desk_succession", "ml", decline="")
    assert not Membership.objects.successors().exists()
    assert [who for who, _subject in mails()] == ["aiko"]
    assert "I’d rather not" not in read("ben", "desk_rights", "ml")


@pytest.mark.usefixtures("community")
def test_another_one_is_named_or_no_one() -> None:
    name_ben()
    post("aiko", "desk_successor", "ml", membership("chie").pk)
    assert [one.person.email for one in Membership.objects.successors()] == ["chie@example.org"]
    post("aiko", "desk_successor", "ml", membership("chie").pk, none="")
    assert not Membership.objects.successors().exists()
    # Neither mail is true any longer.
    assert mails() == []


@pytest.mark.usefixtures("community")
def test_an_owner_and_who_is_no_owner_name_no_one() -> None:
    post("aiko", "desk_successor", "ml", membership("aiko").pk)
    post("ben", "desk_successor", "ml", membership("ben").pk)
    assert not Membership.objects.filter(successor_since__isnull=False).exists()


@pytest.mark.usefixtures("community")
def test_there_is_one_successor_even_for_the_database() -> None:
    name_ben()
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(person=cast.person("chie")).update(successor_since=cast.NOW)


class TestTheOnlyOwnerLeaves:
    @pytest.fixture(autouse=True)
    def _there(self, community: Community) -> None:
        assert community.pk

    def leave(self) -> str:
        return post("aiko", "desk_member_end", "ml", membership("aiko").pk)

    def test_without_a_successor_the_page_says_what_is_missing(self) -> None:
        page = read("aiko", "desk_member_end", "ml", membership("aiko").pk)
        assert "Name a successor first" in page
        assert 'class="danger"' not in page
        assert "needs an owner" in self.leave()
        assert team()["aiko"] == "owner"

    def test_the_community_is_the_successors_and_each_is_told_once(self) -> None:
        name_ben()
        mails()
        assert "ベン</bdi> becomes the owner" in read("aiko", "desk_member_end", "ml", membership("aiko").pk)
        self.leave()
        assert team() == {"ben": "owner", "chie": "reception"}
        assert membership("ben").successor_since is None
        told = mails()
        assert [who for who, _subject in told] == ["aiko", "ben"]
        [entry] = HistoryEntry.objects.filter(verb="hand_over_community")
        assert entry.details == {"before": "organizer", "after": "owner"}
        assert entry.actor == cast.person("aiko")
        assert "Invite a team member" in read("ben", "desk_members", "ml")

    def test_with_a_second_owner_the_successor_stays_what_they_are(self) -> None:
        name_ben()
        Membership.objects.filter(person=cast.person("chie")).update(role=Role.OWNER)
        self.leave()
        assert team() == {"ben": "organizer", "chie": "owner"}

    def test_their_role_alone_is_not_changed(self) -> None:
        name_ben()
        fields = {"role": "organizer", "seen": "owner"}
        assert "needs an owner" in post("aiko", "desk_member_role", "ml", membership("aiko").pk, **fields)
        assert team()["aiko"] == "owner"

    def test_a_crash_leaves_both_as_they_were(self, monkeypatch: pytest.MonkeyPatch) -> None:
        name_ben()

        def breaks(**_given: object) -> None:
            raise RuntimeError("the power is gone")

        monkeypatch.setattr(succession, "notify", breaks)
        with pytest.raises(RuntimeError):
            self.leave()
        assert team() == {"aiko": "owner", "ben": "organizer", "chie": "reception"}


class TestTheOnlyOwnerIsErased:
    @pytest.fixture(autouse=True)
    def _named(self, community: Community) -> None:
        assert community.pk
        name_ben()
        mails()

    def test_the_community_is_the_successors(self) -> None:
        erase_person(address="aiko@example.org", at=cast.NOW)
        assert team() == {"ben": "owner", "chie": "reception"}
        assert [who for who, _subject in mails()] == ["ben"]
        assert HistoryEntry.objects.get(verb="hand_over_community").actor is None
        assert not erase_person(address="aiko@example.org", at=cast.NOW)

    def test_a_crash_leaves_everything(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def breaks(_erased: object) -> None:
            raise RuntimeError("the power is gone")

        monkeypatch.setattr(erasing, "erase_account", breaks)
        with pytest.raises(RuntimeError):
            erase_person(address="aiko@example.org", at=cast.NOW)
        assert team() == {"aiko": "owner", "ben": "organizer", "chie": "reception"}

    def test_a_successor_without_an_account_takes_nothing(self) -> None:
        User.objects.filter(email="ben@example.org").update(is_active=False)
        with pytest.raises(erasing.OwnsAlone):
            erase_person(address="aiko@example.org", at=cast.NOW)

    def test_an_erased_successor_is_none(self) -> None:
        erase_person(address="ben@example.org", at=cast.NOW)
        assert HINT in read("aiko", "desk")


class TestTheOnlyOwnerIsAway:
    @pytest.fixture(autouse=True)
    def _named(self, community: Community) -> None:
        assert community.pk
        with time_machine.travel(cast.NOW, tick=False):
            name_ben()
            User.objects.filter(email="aiko@example.org").update(last_login=cast.NOW)
        mails()

    def test_the_successor_becomes_an_owner_beside_them(self) -> None:
        with time_machine.travel(LATER, tick=False):
            assert "No owner has been here for 60 days" in read("ben", "desk")
            assert "Become an owner" in read("ben", "desk_rights", "ml")
            post("ben", "desk_succession", "ml", take="")
            post("ben", "desk_succession", "ml", take="")
        assert team() == {"aiko": "owner", "ben": "owner", "chie": "reception"}
        assert [who for who, _subject in mails()] == ["aiko", "ben"]
        assert HistoryEntry.objects.filter(verb="take_over_community").count() == 1

    @pytest.mark.parametrize("sign", ["signed in lately", "a browser still signed in"])
    def test_not_while_the_owner_is_here(self, sign: str) -> None:
        with time_machine.travel(LATER, tick=False):
            if sign == "signed in lately":
                User.objects.filter(email="aiko@example.org").update(last_login=LATER - timedelta(days=59))
            else:
                Session.objects.filter(person=cast.person("aiko")).update(expire_date=LATER + timedelta(hours=1))
            assert "Become an owner" not in read("ben", "desk_rights", "ml")
            assert "An owner was here" in post("ben", "desk_succession", "ml", take="")
        assert team()["ben"] == "organizer"

    def test_only_the_successor(self) -> None:
        with time_machine.travel(LATER, tick=False):
            post("chie", "desk_succession", "ml", take="")
        assert team()["chie"] == "reception"
