"""Following a community: one click, one box, mail only with a yes, and one mail for a new event."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from meetups.communities.actions.follow import follow
from meetups.communities.actions.unfollow import unfollow
from meetups.communities.models import Follow
from meetups.events.models import Event
from meetups.lifecycle.actions.publish_event import publish_event
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import WORDING, Notification, Preference
from meetups.registrations.models import HeldPlace, Registration
from meetups.registrations.unverified_places import code_of
from meetups.reminders.actions.announce_events import announce_events
from tests.support import cast
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db
PUBLISHED = cast.NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(cast.NOW, tick=False) as clock:
        yield clock


def asked(name: str) -> Preference | None:
    return Preference.objects.filter(person=cast.person(name), thread="community:ml", wanted=True).first()


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


class TestTheButton:
    def test_one_click_follows_and_says_what_comes(self) -> None:
        cast.community()
        dan = cast.signed_in("dan")
        html = page(dan, "/c/ml/")
        assert "We’ll email you about new events. Stop any time." in html
        answer = dan.post("/c/ml/following/", {"next": "/c/ml/"}, follow=True)
        assert "You follow ML勉強会." in answer.content.decode()
        assert answer.redirect_chain == [("/c/ml/", 302)]
        assert Follow.objects.get().person == cast.person("dan")
        choice = asked("dan")
        assert choice
        assert (choice.chosen_at, choice.wording) == (cast.NOW, WORDING)
        assert ">Following<" in page(dan, "/c/ml/")

    def test_the_question_itself_shows_whose_it_is(self) -> None:
        asked_by = page(cast.signed_in("dan"), f"/c/{cast.community().slug}/following/").split("<h1>")[0]
        assert 'class="seal' in asked_by
        assert '<a href="/c/ml/">ML勉強会</a>' in asked_by

    def test_on_the_event_page_it_stands_behind_the_community(self) -> None:
        event = cast.event()
        path = f"/events/{event.public_id}/"
        dan = cast.signed_in("dan")
        assert 'action="/c/ml/following/"' in page(dan, path)
        assert dan.post("/c/ml/following/", {"next": path})["Location"] == path
        assert 'action="/c/ml/following/"' not in page(dan, path)
        assert 'action="/c/ml/following/"' in page(cast.signed_in("finn"), path)

    def test_strangers_follow_with_name_address_and_a_code_and_are_back_where_they_were(
        self, mail_sink: MailSink
    ) -> None:
        path = f"/events/{cast.event().public_id}/"
        client = Client(headers={"Accept-Language": "en"})
        [link] = re.findall(r'href="(/c/ml/following/[^"]*)"', page(client, path))
        assert "Follow ML勉強会" in page(client, link)
        answer = client.post(link, {"next": path, "name": "花", "email": "hana@example.org"})
        assert answer.status_code == 302
        assert not Follow.objects.exists()
        deliver(at=cast.NOW)
        body = mail_sink.messages[-1].get_body(("plain",))
        assert body
        [code] = re.findall(r"\b\d{6}\b", body.get_content())
        done = client.post(answer["Location"], {"code": code}, follow=True)
        assert done.redirect_chain[-1] == (path, 302)
        assert [one.person.email for one in Follow.objects.all()] == ["hana@example.org"]
        assert "You follow ML勉強会." in done.content.decode()

    def test_it_never_leads_away_from_the_site(self) -> None:
        cast.community()
        for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
            assert cast.signed_in("dan").post("/c/ml/following/", {"next": elsewhere})["Location"] == "/c/ml/"

    def test_twice_is_once(self) -> None:
        cast.community()
        dan = cast.signed_in("dan")
        dan.post("/c/ml/following/")
        dan.post("/c/ml/following/")
        assert Follow.objects.count() == 1

    def test_it_asks_no_question_more_of_the_event_page(self, django_assert_num_queries: Any) -> None:
        event = cast.event()
        dan = cast.signed_in("dan")
        page(dan, f"/events/{event.public_id}/")
        for follows in (False, True):
            if follows:
                follow(person=cast.person("dan"), community=event.community, at=cast.NOW)
            # The session; the event with the reader's part; what is shared: offers, shifts, talks, members, past and call.
            with django_assert_num_queries(7):
                page(dan, f"/events/{event.public_id}/")

    def test_after_the_event_it_is_offered_to_those_who_were_there_and_do_not_follow(self, now: Any) -> None:
        event = cast.event(slots=[cast.first_come_plan(9)])
        cast.registered("dan", event)
        dan, path = cast.signed_in("dan"), f"/events/{event.public_id}/"
        assert "Stop any time" not in page(dan, path)
        now.move_to(cast.ENDS_AT + timedelta(hours=1))
        assert "Stop any time" in page(dan, path)
        dan.post("/c/ml/following/")
        assert "Stop any time" not in page(dan, path)


class TestTheBox:
    """At registration."""

    def test_it_is_not_ticked_and_ticked_it_follows(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(9)])
        path = f"/events/{event.public_id}/registration/"
        dan = cast.signed_in("dan")
        html = page(dan, path)
        [box] = re.findall(r'<input[^>]*name="follow"[^>]*>', html)
        assert "checked" not in box
        form = {"slot": event.slots.get().public_id}
        cast.signed_in("finn").post(path, form)
        dan.post(path, {**form, "follow": "on"})
        assert Registration.objects.count() == 2
        assert [one.person for one in Follow.objects.all()] == [cast.person("dan")]
        assert asked("dan")
        assert not asked("finn")

    def test_who_follows_is_not_asked(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(9)])
        follow(person=cast.person("dan"), community=event.community, at=cast.NOW)
        assert 'name="follow"' not in page(cast.signed_in("dan"), f"/events/{event.public_id}/registration/")

    def test_who_follows_is_not_asked_by_a_form_that_comes_back_either(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(9)])
        follow(person=cast.person("dan"), community=event.community, at=cast.NOW)
        path = f"/events/{event.public_id}/registration/"
        for name, asks in (("dan", False), ("finn", True)):
            client = cast.signed_in(name)
            unfilled = client.post(path, {"slot": ""})
            assert (unfilled.status_code, 'name="follow"' in unfilled.content.decode()) == (422, asks)
        Event.objects.filter(pk=event.pk).update(registration_opens_at=cast.NOW + timedelta(hours=1))
        refused = cast.signed_in("dan").post(path, {"slot": event.slots.get().public_id})
        assert refused.status_code >= 400
        assert 'name="follow"' not in refused.content.decode()

    @pytest.mark.parametrize("ticked", [True, False])
    def test_strangers_follow_once_their_address_is_proved(self, ticked: bool) -> None:
        event = cast.event(slots=[cast.first_come_plan(9)])
        path = f"/events/{event.public_id}/registration/"
        client = Client()
        form = {"slot": event.slots.get().public_id, "name": "新人", "email": "new@example.org"}
        client.post(path, form | ({"follow": "on"} if ticked else {}))
        assert not Follow.objects.exists()
        client.post(f"{path}code/", {"code": code_of(HeldPlace.objects.get())})
        assert Registration.objects.get().attendee is not None
        assert Follow.objects.exists() == ticked


class TestTheList:
    def test_it_says_what_comes_and_ends_it_with_one_click(self) -> None:
        follow(person=cast.person("dan"), community=cast.community(), at=cast.NOW)
        dan = cast.signed_in("dan")
        assert "New events come by email." in page(dan, "/me/following/")
        dan.post("/c/ml/following/", {"end": "1", "next": "/me/following/"})
        assert not Follow.objects.exists()
        assert not asked("dan")
        assert "You don’t follow a community yet." in page(dan, "/me/following/")

    def test_who_does_not_follow_keeps_their_choice_of_mails(self) -> None:
        """An end that ends nothing, such as a second click, takes no yes back that was given elsewhere."""
        community = cast.community()
        Preference.objects.create(
            person=cast.person("dan"), topic="announcements", thread=community.thread, wanted=True, chosen_at=cast.NOW
        )
        unfollow(person=cast.person("dan"), community=community, at=cast.NOW)
        assert asked("dan")

    @pytest.mark.parametrize("count", [1, 3])
    def test_it_asks_the_same_questions_whatever_the_number(self, count: int, django_assert_num_queries: Any) -> None:
        for number in range(count):
            community = cast.community(slug=f"c{number}", name=f"会{number}")
            follow(person=cast.person("dan"), community=community, at=cast.NOW)
        dan = cast.signed_in("dan")
        # The session; the follows; the choices of mails.
        with django_assert_num_queries(3):
            page(dan, "/me/following/")


class TestTheMail:
    """Of a new event: once, to those who asked before and have no part in it."""

    def published(self, **fields: Any) -> Event:
        event = cast.event(publish=False, **fields)
        for name in ("dan", "finn"):
            follow(person=cast.person(name, language="en"), community=event.community, at=cast.NOW)
        return publish_event(event=event, at=PUBLISHED, by=cast.person("aiko"))

    def test_it_says_what_it_is_about_who_speaks_and_how_one_gets_in_until_when(self, mail_sink: MailSink) -> None:
        event = self.published(
            slots=[cast.lottery_plan(), cast.first_come_plan(5), cast.duty_plan()],
            hook="動かし続けるほうが難しい。",
            other_title="Recommenders in production",
            other_hook="Keeping one alive is the hard part.",
        )
        cast.talk("emi", event, title="読む前に知っておきたい3つの図", at=PUBLISHED)
        # It waits for ten minutes, in which the publication can be taken back.
        for minutes in (0, 9, 10, 11):
            announce_events(at=PUBLISHED + timedelta(minutes=minutes))
            deliver(at=PUBLISHED + timedelta(minutes=minutes))
        news = [mail for mail in mail_sink.messages if mail["Subject"].startswith("New event")]
        assert sorted(mail["To"] for mail in news) == ["dan@example.org", "finn@example.org"]
        body = news[0].get_body(("plain",))
        assert body
        text = body.get_content()
        assert "Keeping one alive is the hard part." in text
        assert "読む前に知っておきたい3つの図 (絵美)" in text
        assert "一般参加枠: Lottery: enter by Mon, Nov 30, 11:59 PM JST" in text
        assert "先着枠: First come, first served, until Sat, Dec 5, 2:00 PM JST." in text
        assert "撤収ボランティア枠: Guaranteed seat" in text

    def test_it_does_not_go_to_those_who_know(self, mail_sink: MailSink) -> None:
        event = self.published(slots=[cast.first_come_plan(9)])
        cast.registered("dan", event, at=PUBLISHED)
        assert sum(announce_events(at=PUBLISHED).results) == 1
        # Registered between planning and leaving: it is not true any longer that there is news.
        cast.registered("finn", event, at=PUBLISHED)
        deliver(at=PUBLISHED + timedelta(minutes=10))
        assert not [mail for mail in mail_sink.messages if "New event" in mail["Subject"]]

    @pytest.mark.parametrize(
        ("visibility", "heard"), [("public", 2), ("followers", 1), ("unlisted", 0), ("members", 0)]
    )
    def test_only_those_hear_who_may_find_it(self, visibility: str, heard: int) -> None:
        event = self.published(visibility=visibility)
        # Finn asked for mails in the settings and follows no longer.
        Follow.objects.filter(person=cast.person("finn")).delete()
        assert sum(announce_events(at=PUBLISHED).results) == heard
        told = Notification.objects.filter(thread=event.thread, kind="event_announced")
        assert told.count() == heard

    def test_an_event_that_is_hidden_meanwhile_is_not_told(self, mail_sink: MailSink) -> None:
        event = self.published()
        announce_events(at=PUBLISHED)
        Event.objects.filter(pk=event.pk).update(visibility=Event.Visibility.MEMBERS)
        assert deliver(at=PUBLISHED + timedelta(minutes=10)).void == 2
        assert mail_sink.messages == []

    def test_who_follows_after_the_publication_hears_of_the_next_one(self) -> None:
        event = cast.event(at=PUBLISHED)
        follow(person=cast.person("dan"), community=event.community, at=PUBLISHED + timedelta(minutes=1))
        assert sum(announce_events(at=PUBLISHED + timedelta(minutes=2)).results) == 0

    @pytest.mark.parametrize("count", [1, 3])
    def test_it_asks_the_same_questions_whatever_the_number(
        self, count: int, django_assert_max_num_queries: Any
    ) -> None:
        event = cast.event(publish=False)
        for person in cast.people(count):
            follow(person=person, community=event.community, at=cast.NOW)
        publish_event(event=event, at=PUBLISHED, by=cast.person("aiko"))
        # The events; who asked; who was told; four kinds of part; the messages, with savepoints.
        with django_assert_max_num_queries(12):
            assert sum(announce_events(at=PUBLISHED).results) == count
        # A second look finds all of them told, and looks at nothing else.
        with django_assert_max_num_queries(5):
            assert sum(announce_events(at=PUBLISHED + timedelta(seconds=30)).results) == 0


def test_account_pages_lead_to_the_communities_that_one_follows() -> None:
    dan = cast.signed_in("dan")
    for path in ("/me/profile/", "/accounts/2fa/"):
        assert 'href="/me/following/"' in page(dan, path), path


def test_a_community_page_leads_to_its_calendar_and_feed() -> None:
    html = page(cast.signed_in("dan"), f"/c/{cast.community().slug}/")
    main = html[html.index("<main") :]
    assert 'href="/c/ml/calendar.ics"' in main
    assert 'href="/c/ml/feed.atom"' in main
