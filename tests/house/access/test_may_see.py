"""Who may see an event: no page, file or mail tells a stranger of an event that is not for them, or the name of who hides it.

Every address for visitors stands in SURFACES with what it can tell. An address that is not there fails.

    event   tells of one event: not there for a stranger      link    tells those who hold its secret link, and no one else
    list    tells of several events                            none    knows no event
    mine    tells its reader of their own part
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from meetups.accounts.models import User
from meetups.communities.models import Follow
from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.tasks import index_events
from meetups.notifications.models import Notification, Preference, Topic
from meetups.pages.site import access
from meetups.reminders.tasks import plan_due_reminders
from meetups.speakers.models import Talk
from meetups.volunteers.models import Shift
from tests.house.access.browsers import cookies_of
from tests.house.access.visitors import VISITORS
from tests.house.access.world import World, make_world
from tests.support import cast
from tests.support.shared_scene import shared_scene

pytestmark = pytest.mark.django_db

SURFACES = {
    "event": ("event", "event_conduct", "event_contact", "event_calendar", "speaker_calendar", "speaker_feed", "event_card", "event_shifts", "talk", "talk_pdf",
              "draw_proof", "draw_manifest", "draw_check", "registration", "registration_code", "registration_slot",
              "registration_partner", "opening_reminder", "registration_answers", "registration_cancellation", "no_show", "signup", "signup_end",
              "signup_handover", "shift_absence", "talk_proposal", "connection", "teardown", "teardown_lines", "chore_tick",
              "room_photo", "event_cover", "event_picture"),
    "list": ("home", "search", "community", "archive", "shifts", "site_calendar", "site_feed", "community_calendar",
             "community_feed", "sitemap", "sitemap_section"),
    "mine": ("my_page", "account_deletion", "my_calendar", "preferences", "my_following", "proposal", "proposal_revision", "proposal_withdrawal", "talk_revision",
             "talk_confirmation", "talk_preparation", "talk_co_speakers", "co_speaker_end", "talk_withdrawal", "talk_slides",
             "talk_slides_removal", "talk_slides_publication", "talk_themes"),
    "link": ("unsubscription", "invitation", "offer", "reconfirmation", "one_click_cancellation", "seat_invitation", "pair",
             "handover", "helper_link", "calendar_feed", "speaker_invitation", "co_speaker", "talk_offer", "way_in"),
    "none": ("healthz", "robots", "manifest", "mail_health", "metrics", "set_language_preference", "profile", "address_trial", "markdown_preview", "following", "conduct", "contact", "raised_hand",
             "my_sessions", "account_reauthenticate_by_code", "gate_code", "typed_again",
             "site_card", "community_card"),
}  # fmt: skip
# What these lists can be asked for, so that they would find the secret. The others read no more than the number of a page.
SEARCHES = ("?q=himitsu", "?tag=himitsu-tag", "?when=past")
QUESTIONS = {
    "home": ("?when=past",),
    "archive": ("?q=himitsu", "?slides=1", "?theme=himitsu-tag"),
    **dict.fromkeys(("search", "site_calendar", "site_feed"), SEARCHES),
}
# Links into a community, and out of mails about one.
NAME_NO_EVENT = ("unsubscription", "invitation", "calendar_feed", "way_in")
SECRET = "himitsu-no-kai"
HIDDEN = "kakurenbo-dan"
AFTERWARDS = cast.ENDS_AT + timedelta(days=1)
# Not for everyone, each in its own way.
SECRET_EVENTS = [
    {"visibility": Event.Visibility.FOLLOWERS},
    {"visibility": Event.Visibility.MEMBERS},
    {"visibility": Event.Visibility.PUBLIC, "state": Event.State.DRAFT},
]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with shared_scene(django_db_blocker), time_machine.travel(cast.NOW, tick=False):
        yield make_world()


def make_secret(world: World, **fields: Any) -> None:
    """The event gets the secret title everywhere, and the `fields`."""
    Event.objects.filter(pk=world.event.pk).update(
        title=f"{SECRET} 1",
        description=f"{SECRET} 2",
        venue_name=f"{SECRET} 3",
        other_venue_name=f"{SECRET} 6",
        other_venue_address=f"{SECRET} 7",
        venue_directions=f"{SECRET} 8",
        other_venue_directions=f"{SECRET} 9",
        venue_conduct=f"{SECRET} 10",
        other_venue_conduct=f"{SECRET} 11",
        **fields,
    )
    Talk.objects.filter(event=world.event).update(
        title=f"{SECRET} 4", abstract=f"{SECRET} 5", themes=["himitsu-tag"], slides_published_at=cast.NOW,
        slides_url="https://slides.example.com/1",
    )  # fmt: skip
    index_events(at=cast.NOW)


def addresses_of(world: World, *kinds: str) -> Iterator[tuple[str, str]]:
    for kind in kinds:
        for name in SURFACES[kind]:
            url = reverse(name, kwargs=world.parameters[name])
            for question in ("", *QUESTIONS.get(name, ())):
                yield name, url + question


def told(client: Client, url: str) -> str:
    """Everything that the answer says, with its headers."""
    return said(client.get(url))


def said(answer: Any) -> str:
    return f"{answer.headers} {answer.getvalue().decode(errors='replace')}"


def browser(person: User | None) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.cookies = cookies_of(person)
    return client


def test_every_address_says_what_it_can_tell() -> None:
    assert sorted(name for names in SURFACES.values() for name in names) == sorted(VISITORS)


FOLLOWERS_ONLY, TEAM_ONLY, DRAFT = SECRET_EVENTS
STORY = pytest.mark.story


@pytest.mark.in_short(1)
@pytest.mark.parametrize(
    ("fields", "at"),
    [
        pytest.param(FOLLOWERS_ONLY, cast.NOW, id="followers-before"),
        pytest.param(TEAM_ONLY, AFTERWARDS, id="team-afterwards"),
        pytest.param(DRAFT, cast.NOW, id="draft-before"),
        pytest.param(FOLLOWERS_ONLY, AFTERWARDS, id="followers-afterwards", marks=STORY),
        pytest.param(TEAM_ONLY, cast.NOW, id="team-before", marks=STORY),
        pytest.param(DRAFT, AFTERWARDS, id="draft-afterwards", marks=STORY),
    ],
)
def test_no_address_tells_a_stranger_of_a_secret_event(world: World, fields: dict[str, Any], at: datetime) -> None:
    with time_machine.travel(cast.NOW, tick=False) as clock:
        make_secret(world, **fields)
        clock.move_to(at)
        for person in (None, cast.person("jun"), cast.person("finn")):
            client = browser(person)
            for name, url in addresses_of(world, "event", "list", "mine", "none"):
                answer = client.get(url)
                assert SECRET not in said(answer), (name, url, person)
                if name in SURFACES["event"]:
                    assert answer.status_code in {302, 404, 405}, (name, person)


@pytest.mark.in_short(1)
@pytest.mark.parametrize("at", [cast.NOW, AFTERWARDS], ids=["before", "afterwards"])
@pytest.mark.parametrize("visibility", [Event.Visibility.FOLLOWERS, Event.Visibility.MEMBERS])
def test_the_team_finds_it_everywhere(world: World, visibility: str, at: datetime) -> None:
    """The control of the test above: each of these addresses can tell the secret."""
    with time_machine.travel(cast.NOW, tick=False) as clock:
        make_secret(world, visibility=visibility)
        clock.move_to(at)
        client = browser(cast.person("ben"))
        tell = {name for name, url in addresses_of(world, "event", "list") if SECRET in told(client, url)}
        usual = {"event", "event_calendar", "talk", "draw_proof", "home", "community"}
        assert tell >= usual | ({"archive"} if at == AFTERWARDS else {"event_shifts", "registration", "shifts"})


def test_the_search_would_find_it_if_it_were_public(world: World) -> None:
    """The control for the search, which shows the team no more than everyone."""
    with time_machine.travel(cast.NOW, tick=False):
        make_secret(world)
        for question in ("?q=himitsu", "?tag=himitsu-tag"):
            assert SECRET in told(browser(None), f"/search/{question}")
            assert SECRET in told(browser(None), f"/calendar.ics{question}")
            assert SECRET in told(browser(None), f"/feed.atom{question}")


@pytest.mark.story
def test_a_follower_finds_what_is_for_followers_and_nothing_else(world: World) -> None:
    with time_machine.travel(cast.NOW, tick=False):
        make_secret(world, visibility=Event.Visibility.FOLLOWERS)
        jun = cast.person("jun")
        Follow.objects.create(person=jun, community=world.event.community, since=cast.NOW)
        client = browser(jun)
        for name in ("home", "community", "event", "event_calendar", "talk", "registration"):
            assert SECRET in told(client, reverse(name, kwargs=world.parameters[name])), name
        for fields in ({"visibility": Event.Visibility.MEMBERS}, {"state": Event.State.DRAFT}):
            Event.objects.filter(pk=world.event.pk).update(**fields)
            for name, url in addresses_of(world, "event", "list"):
                assert SECRET not in told(client, url), (name, fields)


def test_a_guest_speaker_opens_what_is_for_followers_without_following() -> None:
    event = cast.event(title=SECRET, visibility=Event.Visibility.FOLLOWERS)
    cast.talk("emi", event)
    with time_machine.travel(cast.NOW, tick=False):
        assert SECRET in told(browser(cast.person("emi")), f"/events/{event.public_id}/")
        assert SECRET not in told(browser(cast.person("emi")), "/c/ml/")
        assert SECRET not in told(browser(cast.person("dan")), f"/events/{event.public_id}/")


def test_no_list_shows_what_is_only_for_people_with_the_link(world: World) -> None:
    with time_machine.travel(cast.NOW, tick=False) as clock:
        make_secret(world, visibility=Event.Visibility.UNLISTED)
        for at in (cast.NOW, AFTERWARDS):
            clock.move_to(at)
            for person in (None, cast.person("jun"), cast.person("ben")):
                client = browser(person)
                for name, url in addresses_of(world, "list"):
                    if (person, name) != (cast.person("ben"), "shifts"):
                        assert SECRET not in told(client, url), (name, person)
        assert SECRET in told(browser(None), f"/events/{world.event.public_id}/")


@pytest.mark.parametrize("fields", [*SECRET_EVENTS, {"visibility": Event.Visibility.UNLISTED}])
def test_no_mail_tells_of_a_secret_event_to_people_who_asked_for_news(fields: dict[str, Any]) -> None:
    event = cast.event(of=cast.community(slug="quiet", name="静かな会"), title=SECRET)
    Event.objects.filter(pk=event.pk).update(**fields)
    jun = cast.person("jun")
    Preference.objects.create(
        person=jun, topic=Topic.ANNOUNCEMENTS, thread=event.community.thread, wanted=True,
        chosen_at=cast.NOW - timedelta(days=1),
    )  # fmt: skip
    plan_due_reminders(at=cast.NOW + timedelta(minutes=1))
    assert not Notification.objects.filter(recipient=jun).exists()


class TestNames:
    """The list of attendees."""

    @pytest.fixture
    def event(self) -> Event:
        event = cast.event(slots=[cast.first_come_plan(9)])
        User.objects.filter(pk=cast.person("dan").pk).update(name=HIDDEN)
        cast.registered("dan", event)
        cast.registered("emi", event)
        return event

    def page(self, event: Event, name: str | None) -> str:
        with time_machine.travel(cast.NOW, tick=False):
            return told(browser(cast.person(name) if name else None), f"/events/{event.public_id}/")

    @pytest.mark.in_short(3)
    @pytest.mark.parametrize(
        ("attendee_list", "readers"),
        [("everyone", {None, "jun", "emi", "ben"}), ("attendees", {"emi", "ben"}), ("organizers", {"ben"})],
    )
    @pytest.mark.parametrize("visibility", [Event.Visibility.PUBLIC, Event.Visibility.UNLISTED])
    def test_those_see_the_names_for_whom_the_event_has_them(
        self, event: Event, attendee_list: str, readers: set[str | None], visibility: str
    ) -> None:
        """Who sees the event, and who sees the names, are two questions."""
        cast.member("ben", Role.ORGANIZER)
        Event.objects.filter(pk=event.pk).update(attendee_list=attendee_list, visibility=visibility)
        assert {name for name in (None, "jun", "emi", "ben") if HIDDEN in self.page(event, name)} == readers

    def test_who_hides_their_name_is_counted_and_not_named(self, event: Event, settings: Any) -> None:
        settings.ANONYMOUS_PAGE_SECONDS = 3600
        Event.objects.filter(pk=event.pk).update(attendee_list=Event.AttendeeList.EVERYONE)
        dan = browser(cast.person("dan"))
        with time_machine.travel(cast.NOW, tick=False):
            path = f"/events/{event.public_id}/"
            assert HIDDEN in told(dan, path)
            dan.post("/me/profile/", {"name": HIDDEN, "language": "en", "hides_name": "on"})
            # Their own page shows it at once, the first time and from the copy.
            assert HIDDEN not in told(dan, path)
            assert HIDDEN not in told(dan, path)
            settings.ANONYMOUS_PAGE_SECONDS = 0
            assert "and 1 more" in told(browser(None), path)
            assert "2 people" in told(browser(None), path)
            assert HIDDEN in told(browser(cast.person("aiko")), f"/desk/events/{event.public_id}/attendees/")

    def test_guests_are_counted_and_not_named(self, event: Event) -> None:
        registration = event.registrations.get(attendee=cast.person("dan"))
        type(registration).objects.filter(pk=registration.pk).update(attendee=None, guest_name="客人")
        page = self.page(event, "emi")
        assert "客人" not in page
        assert ">None<" not in page
        assert "ほか1人" in page


# The one who asks for a replacement, and the one whose calendar it is.
ON_PURPOSE = {("handover", "iori"), ("calendar_feed", "iori")}


class TestNamesThatAreHidden:
    """Attendees, volunteers and leads who hide their names. Speakers are named: a talk is public."""

    @pytest.fixture(autouse=True)
    def _scene(self, world: World) -> Iterator[None]:
        with time_machine.travel(cast.NOW, tick=False):
            Event.objects.filter(pk=world.event.pk).update(attendee_list=Event.AttendeeList.EVERYONE)
            Shift.objects.filter(event=world.event).update(lead=cast.person("lea"))
            for name in ("dan", "gin", "hana", "iori", "lea"):
                User.objects.filter(pk=cast.person(name).pk).update(name=f"{HIDDEN}-{name}", hides_name=True)
            yield

    def leaks(self, world: World, *readers: User | None, of: str = HIDDEN) -> set[tuple[str, str]]:
        """Each address that names one of them to a reader, and whom it names."""
        found = set()
        for person in readers:
            client = browser(person)
            for name, url in addresses_of(world, *SURFACES):
                found |= {(name, hidden) for hidden in re.findall(rf"{of}-([a-z]+)", told(client, url))}
        return found

    @pytest.mark.in_short(1)
    @pytest.mark.parametrize("is_over", [False, True])
    def test_stand_nowhere_for_strangers_and_people_with_another_part(self, world: World, is_over: bool) -> None:
        readers = (None, cast.person("jun"), cast.person("finn"), cast.person("emi"))
        if is_over:
            cast.draw(world.event)
            with time_machine.travel(AFTERWARDS, tick=False):
                assert self.leaks(world, *readers) <= ON_PURPOSE
        else:
            assert self.leaks(world, *readers) == ON_PURPOSE

    def test_the_lead_is_named_to_those_who_have_the_shift(self, world: World) -> None:
        assert {("event_shifts", "lea"), ("teardown", "lea")} <= self.leaks(world, cast.person("iori"))

    def test_the_control_names_that_are_not_hidden_are_found(self, world: World) -> None:
        User.objects.update(hides_name=False)
        told_now = self.leaks(world, cast.person("jun"))
        assert {("event", "iori"), ("event_shifts", "lea"), ("shifts", "lea"), ("signup", "lea")} <= told_now


def test_a_link_that_no_one_was_given_tells_nothing(world: World) -> None:
    with time_machine.travel(cast.NOW, tick=False):
        make_secret(world)
        for name in SURFACES["link"]:
            parameters = {key: "A" * len(str(value)) for key, value in world.parameters[name].items()}
            given = told(browser(None), reverse(name, kwargs=world.parameters[name]))
            assert SECRET in given or name in NAME_NO_EVENT, name
            for person in (None, cast.person("jun")):
                assert SECRET not in told(browser(person), reverse(name, kwargs=parameters)), name


class TestCaches:
    """A copy of a page is never one that its reader may not see."""

    @pytest.mark.story
    def test_a_followers_page_is_never_a_strangers(self, settings: Any) -> None:
        settings.ANONYMOUS_PAGE_SECONDS = 3600
        settings.FIGURES_SECONDS = 3600
        event = cast.event(title=SECRET, visibility=Event.Visibility.FOLLOWERS)
        talk = cast.talk("emi", event)
        Talk.objects.filter(pk=talk.pk).update(themes=[f"{SECRET}-tag"])
        jun = cast.person("jun")
        Follow.objects.create(person=jun, community=event.community, since=cast.NOW)
        path = f"/events/{event.public_id}/"
        pages = (
            "/",
            "/c/ml/",
            "/c/ml/talks/",
            path,
            f"{path}calendar.ics",
            f"{path}card.png",
            f"{path}talks/{talk.pk}/",
        )
        with time_machine.travel(cast.NOW, tick=False) as clock:
            for at in (cast.NOW, AFTERWARDS):
                clock.move_to(at)
                for url in pages:
                    shown = browser(jun).get(url)
                    assert shown.status_code == 200
                    # No shared cache keeps it either.
                    assert "private" in shown.headers["Cache-Control"], url
                    for person in (None, cast.person("finn")):
                        assert SECRET not in told(browser(person), url), url

    def test_a_page_that_is_not_for_all_any_longer_is_gone(self, settings: Any) -> None:
        settings.ANONYMOUS_PAGE_SECONDS = 0
        event = cast.event(title=SECRET)
        with time_machine.travel(cast.NOW, tick=False):
            assert SECRET in told(browser(None), f"/events/{event.public_id}/")
            Event.objects.update(visibility=Event.Visibility.FOLLOWERS)
            assert SECRET not in told(browser(None), f"/events/{event.public_id}/")


def test_a_leak_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the walk: with a way around `seen_by` it fails."""
    monkeypatch.setattr(access, "seen_by", lambda *_args, **_options: Event.objects.all())
    with pytest.raises(AssertionError):
        test_no_address_tells_a_stranger_of_a_secret_event(world, TEAM_ONLY, cast.NOW)
