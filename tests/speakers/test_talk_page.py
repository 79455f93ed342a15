"""The public page of a talk (S6)."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from meetups.accounts.models import User
from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.speakers.models import CoSpeaker, Readiness, Talk
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)


def address(talk: Talk) -> str:
    return reverse("talk", args=[talk.event.public_id, talk.pk])


def shown(talk: Talk, client: Client | None = None) -> str:
    answer = (client or Client()).get(address(talk), headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def joins(talk: Talk, name: str, bio: str = "") -> None:
    person = cast.person(name)
    CoSpeaker.objects.create(
        talk=talk,
        person=person,
        address=person.email,
        language="ja",
        state="joined",
        bio=bio,
        asked_at=cast.NOW,
        joined_at=cast.NOW,
    )


def test_the_page_says_who_what_when_and_where() -> None:
    event = cast.event()
    cast.talk("finn", event, title="最初の話", minutes=30)
    talk = cast.talk("emi", event)
    Talk.objects.filter(pk=talk.pk).update(abstract="**実際**のログ <script>alert(1)</script>", themes=["推薦", "評価"])
    Readiness.objects.create(talk=talk, bio="推薦を作っています。")
    joins(talk, "gin", "評価をしています。")
    html = shown(talk)
    for said in ("オフライン評価はなぜ外れるのか", "絵美", "Gin", "<strong>実際</strong>", "推薦を作っています。"):
        assert said in html.replace("<wbr>", "")
    assert "評価をしています。" in html
    assert "<script>alert" not in html
    assert "2:30–2:50 PM" in html
    assert f'href="/events/{event.public_id}/"' in html
    assert f"/c/ml/talks/?theme={'%E6%8E%A8%E8%96%A6'}" in html


def test_other_programs_read_it_too() -> None:
    talk = cast.talk("emi", cast.event(), title='</script><b>"題"')
    Talk.objects.update(themes=["推薦"])
    html = shown(talk)
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    assert data["name"] == '</script><b>"題"'
    assert (data["performer"], data["keywords"]) == ([{"@type": "Person", "name": "絵美"}], ["推薦"])
    assert datetime.fromisoformat(data["startDate"]) == datetime(2026, 12, 5, 5, tzinfo=UTC)
    assert data["superEvent"]["name"] == talk.event.title
    assert 'property="og:title" content="&lt;/script&gt;' in html
    assert "<b>" not in html


def test_the_page_leads_to_what_its_speaker_does_next_in_other_apps() -> None:
    talk = cast.talk("emi", cast.event())
    addresses = [reverse(name, args=[talk.speaker_id]) for name in ("speaker_calendar", "speaker_feed")]
    html = shown(talk)
    for there in addresses:
        assert f'href="{there}"' in html
        assert talk.title in Client().get(there).content.decode().replace("\r\n ", "")
    User.objects.filter(pk=talk.speaker_id).update(is_active=False)
    assert addresses[0] not in shown(talk)
    User.objects.filter(pk=talk.speaker_id).update(is_active=True)
    Event.objects.update(visibility=Event.Visibility.UNLISTED)
    # Feeds leave out what no list shows, so the page does not lead to one that is empty.
    assert addresses[0] not in shown(talk)


def test_the_programme_leads_there() -> None:
    event = cast.event()
    talk = cast.talk("emi", event)
    assert f'href="{address(talk)}"' in Client().get(f"/events/{event.public_id}/").content.decode()


@pytest.mark.parametrize("state", [Talk.State.PROPOSED, Talk.State.ACCEPTED])
def test_a_talk_that_is_not_on_the_programme_has_no_page(state: Talk.State) -> None:
    talk = cast.talk("emi", cast.event(), state=state)
    for client in (Client(), cast.signed_in("emi"), cast.signed_in("aiko")):
        assert client.get(address(talk)).status_code == 404


def test_who_may_not_see_the_event_may_not_see_its_talks() -> None:
    cast.member("ben", Role.ORGANIZER)
    event = cast.event()
    talk = cast.talk("emi", event)
    elsewhere = cast.event(title="別の会")
    assert Client().get(reverse("talk", args=[elsewhere.public_id, talk.pk])).status_code == 404
    Event.objects.filter(pk=event.pk).update(visibility=Event.Visibility.MEMBERS)
    assert Client().get(address(talk)).status_code == 404
    assert 'content="noindex"' in shown(talk, cast.signed_in("ben"))


def test_a_speaker_from_elsewhere_sees_the_members_event_that_she_speaks_at() -> None:
    event = cast.online_event()
    talk = cast.talk("emi", event)
    joins(talk, "gin")
    cast.registered("dan", event)
    Event.objects.update(visibility=Event.Visibility.MEMBERS)
    for path in (address(talk), f"/events/{event.public_id}/"):
        found = [who for who in ("emi", "gin", "dan", "finn") if cast.signed_in(who).get(path).status_code == 200]
        assert found == ["emi", "gin", "dan"]
    assert cast.signed_in("emi").get(f"/events/{event.public_id}/connection/").status_code == 200
    Event.objects.update(state=Event.State.DRAFT, published_at=None)
    assert cast.signed_in("emi").get(address(talk)).status_code == 404


def test_the_page_of_a_cancelled_event_stays_and_says_so() -> None:
    event = cast.event()
    talk = cast.talk("emi", event)
    cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
    assert "This event was canceled." in shown(talk)


@pytest.mark.parametrize("talks", [1, 4])
def test_it_asks_the_same_few_questions_for_any_programme(talks: int, django_assert_num_queries: Any) -> None:
    event = cast.event()
    for number in range(talks):
        talk = cast.talk(f"guest{number}", event, title=f"話 {number}")
        joins(talk, f"other{number}")
    there = address(talk)
    # The event; talks, their speakers, breaks; the speaker's introduction.
    with django_assert_num_queries(5):
        Client().get(there)
