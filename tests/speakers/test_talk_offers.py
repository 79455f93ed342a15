"""A talk that organizers added by hand becomes its speaker's own, by a mailed link (RULES 245)."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import Role
from meetups.core.links import mailed_token
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.models import Hold, Registration
from meetups.speakers.actions.talks.enter_talk import enter_talk
from meetups.speakers.actions.talks.remove_talk import remove_talk
from meetups.speakers.models import Presence, Readiness, Talk, TalkOffer
from meetups.speakers.talk_states import TalkByHand
from tests.support import cast
from tests.support.gate import through_the_gate

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
State = TalkOffer.State


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(cast.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def event() -> Event:
    event = cast.event(slots=[cast.first_come_plan(5), cast.invited_plan(1)], shifts=[])
    cast.member("ben", Role.ORGANIZER)
    return event


@pytest.fixture
def entered(event: Event) -> Talk:
    words = TalkByHand("Emi K.", "街の地図を編む", "", 20, "地図の人です。")
    return enter_talk(event=event, words=words, at=cast.NOW, by=cast.person("aiko"))


def at_desk(talk: Talk, step: str = "") -> str:
    return f"/desk/events/{talk.event.public_id}/talks/{talk.pk}/{step}"


def offered(talk: Talk, address: str = "emi@example.org") -> str:
    """Ben sends the link. Returns its path."""
    assert cast.signed_in("ben").post(at_desk(talk, "offer/"), {"address": address}).status_code == 302
    return f"/talk-offers/{mailed_token(TalkOffer.objects.latest('pk'))}/"


def take(path: str, who: str = "emi") -> int:
    return cast.signed_in(who).post(path, {"answer": "accept"}).status_code


def mails(to: str) -> list[str]:
    """The mails that leave now for this address."""
    mail.outbox.clear()
    deliver(at=timezone.now())
    return [str(one.body) for one in mail.outbox if one.to == [f"{to}@example.org"]]


def test_the_talk_is_the_speakers_with_all_that_hangs_on_it(event: Event, entered: Talk) -> None:
    Talk.objects.filter(pk=entered.pk).update(slides_url="https://example.com/slides")
    Presence.objects.create(event=event, person=entered.speaker, occasion="rehearsal", seen_at=cast.NOW)
    name = entered.speaker
    path = offered(entered)
    [told] = mails("emi")
    assert path in told
    assert take(path) == 302
    talk = Talk.objects.get(pk=entered.pk)
    emi = cast.person("emi")
    assert (talk.speaker, talk.by_hand, talk.state) == (emi, False, Talk.State.CONFIRMED)
    assert talk.slides_url == "https://example.com/slides"
    assert Readiness.objects.get(talk=talk).bio == "地図の人です。"
    assert Presence.objects.get(event=event).person == emi
    assert not User.objects.filter(pk=name.pk).exists()
    assert Registration.objects.get(event=event).attendee == emi
    assert Hold.objects.active().get().subject == talk.subject
    assert not breaches()
    assert cast.signed_in("emi").get(f"/talks/{talk.pk}/preparation/").status_code == 200
    page = Client().get(f"/events/{event.public_id}/").content.decode()
    assert emi.name in page
    assert "Emi K." not in page
    [seat] = mails("emi")
    assert "街の地図を編む" in seat
    [for_ben] = [str(one.body) for one in mail.outbox if one.to == ["ben@example.org"]]
    assert "街の地図を編む" in for_ben


def test_it_is_in_the_speakers_calendar_and_the_event_is_newer(event: Event, entered: Talk) -> None:
    before = Event.objects.get(pk=event.pk).sequence
    take(offered(entered))
    assert Event.objects.get(pk=event.pk).sequence > before
    mail.outbox.clear()
    deliver(at=timezone.now())
    files = [part.get_content() for one in mail.outbox if one.to == ["emi@example.org"] for part in one.attachments]
    assert any(f"-talk-{entered.pk}@" in file and "METHOD:REQUEST" in file for file in files)


def test_who_has_no_account_takes_it_over_at_the_gate(entered: Talk) -> None:
    path = offered(entered, "new@example.org")
    browser = Client()
    assert "街の地図を編む" in browser.get(path).content.decode().replace("<wbr>", "")
    assert through_the_gate(browser, path, "new@example.org", answer="accept").status_code == 302
    talk = Talk.objects.get(pk=entered.pk)
    assert (talk.speaker.email, talk.by_hand) == ("new@example.org", False)


@pytest.mark.parametrize("who", ["finn", "aiko"])
def test_the_link_is_for_one_mailbox_and_shows_its_address_to_no_one(entered: Talk, who: str) -> None:
    path = offered(entered)
    page = cast.signed_in(who).get(path)
    assert page.status_code == 200
    assert "emi@example.org" not in page.content.decode()
    assert "emi@example.org" not in Client().get(path).content.decode()
    assert take(path, who) == 409
    assert Talk.objects.get(pk=entered.pk).by_hand


def test_it_works_once(entered: Talk) -> None:
    path = offered(entered)
    assert take(path) == 302
    assert take(path) == 302
    assert HistoryEntry.objects.filter(verb="take_talk_offer").count() == 1
    assert Client().get(path).status_code == 410
    Client().post(path, {"answer": "decline"})
    assert TalkOffer.objects.get().state == State.TAKEN


@pytest.mark.in_short(4)
@pytest.mark.parametrize("how", ["too old", "withdrawn", "a later one", "deleted", "canceled", "declined"])
def test_a_link_that_has_ended_takes_nothing_over(
    how: str, event: Event, entered: Talk, clock: time_machine.Traveller
) -> None:
    path = offered(entered)
    match how:
        case "too old":
            Event.objects.update(starts_at=cast.NOW + 20 * DAY, ends_at=cast.NOW + 21 * DAY)
            clock.shift(14 * DAY)
        case "withdrawn":
            cast.signed_in("ben").post(at_desk(entered, "offer/"), {"withdraw": "1"})
        case "a later one":
            later = offered(entered, "finn@example.org")
        case "deleted":
            remove_talk(talk=entered, at=cast.NOW, by=cast.person("aiko"))
        case "canceled":
            cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
        case _:
            assert Client().post(path, {"answer": "decline"}).status_code == 200
    assert take(path) == (404 if how == "deleted" else 409)
    assert Client().get(path).status_code == (404 if how == "deleted" else 410)
    assert not Talk.objects.filter(by_hand=False).exists()
    if how == "a later one":
        assert take(later, "finn") == 302


def test_the_links_of_others_say_nothing(entered: Talk) -> None:
    offered(entered)
    assert Client().get("/talk-offers/1/").status_code == 404
    assert Client().get(f"/talk-offers/{mailed_token(entered)}/").status_code == 404


def test_an_address_that_declined_is_not_asked_again(entered: Talk) -> None:
    Client().post(offered(entered), {"answer": "decline"})
    refused = cast.signed_in("ben").post(at_desk(entered, "offer/"), {"address": "Emi+talk@example.org"})
    assert refused.status_code == 409
    assert "declined" in refused.content.decode()
    assert "They declined on" in cast.signed_in("ben").get(at_desk(entered)).content.decode()


@pytest.mark.parametrize("word", ["", "同姓同名の別人です。"])
def test_organizers_are_told_of_a_no_in_their_language_with_the_reason(entered: Talk, word: str) -> None:
    path = offered(entered)
    mails("emi")
    User.objects.filter(email="ben@example.org").update(language="ja")
    answer = Client().post(path, {"answer": "decline", "word": word})
    assert "You’ve declined." in answer.content.decode()
    [told] = mails("ben")
    [for_aiko] = [one for one in mail.outbox if one.to == ["aiko@example.org"]]
    assert for_aiko.subject.startswith("受け取りを辞退")
    assert "emi@example.orgから" in told
    assert ("メッセージ" in told, word in told) == (bool(word), True)
    # The one next step.
    assert told.count(at_desk(entered, "offer/")) == 1
    Client().post(path, {"answer": "decline", "word": "twice"})
    assert mails("ben") == []


def test_only_who_decides_about_talks_is_told_of_a_no(entered: Talk) -> None:
    cast.member("chie", Role.RECEPTION)
    path = offered(entered)
    ben = cast.person("ben")
    Client().post(path, {"answer": "decline"})
    Membership.objects.filter(person=ben).delete()
    mail.outbox.clear()
    deliver(at=timezone.now())
    assert {to for one in mail.outbox for to in one.to} - {"emi@example.org"} == {"aiko@example.org"}


def test_a_reason_that_is_too_long_is_not_lost(entered: Talk) -> None:
    path = offered(entered)
    answer = Client().post(path, {"answer": "decline", "word": "長" * 501})
    assert "長" * 501 in answer.content.decode()
    assert TalkOffer.objects.get().state == State.OFFERED


@pytest.mark.parametrize("how", ["declined", "withdrawn", "taken", "too old"])
def test_the_page_of_the_talk_says_how_the_offer_ended(
    how: str, event: Event, entered: Talk, clock: time_machine.Traveller
) -> None:
    path = offered(entered)
    match how:
        case "declined":
            Client().post(path, {"answer": "decline", "word": "別人です。"})
        case "withdrawn":
            cast.signed_in("ben").post(at_desk(entered, "offer/"), {"withdraw": "1"})
        case "taken":
            take(path)
        case _:
            clock.shift(14 * DAY)
    page = " ".join(re.sub(r"<[^>]+>", "", cast.signed_in("ben").get(at_desk(entered)).content.decode()).split())
    said = {
        "declined": "They declined on Fri, Nov 20",
        "withdrawn": "It was withdrawn on Fri, Nov 20",
        "taken": "Its speaker took it over on Fri, Nov 20",
        "too old": "It no longer works.",
    }
    assert {name for name, words in said.items() if words in page} == {how}
    assert ("別人です。" in page) == (how == "declined")


def test_organizers_see_to_whom_it_went_and_no_longer_edit_what_is_not_theirs(entered: Talk) -> None:
    path = offered(entered)
    ben = cast.signed_in("ben")
    page = ben.get(at_desk(entered)).content.decode()
    assert "emi@example.org" in page
    assert "Withdraw the link" in page
    take(path)
    page = ben.get(at_desk(entered)).content.decode()
    assert "emi@example.org" not in page
    assert "took over a talk that organizers had added by hand" in page
    assert ben.get(at_desk(entered, "words/")).status_code == 404
    assert ben.get(at_desk(entered, "offer/")).status_code == 404


def test_a_registration_moves_to_the_seat_of_the_talk(event: Event, entered: Talk) -> None:
    cast.registered("emi", event)
    take(offered(entered))
    assert Registration.objects.get(event=event).slot.admission == "invited"
    assert not breaches()


def test_after_the_event_it_comes_without_a_seat(event: Event, entered: Talk, clock: time_machine.Traveller) -> None:
    clock.move_to(cast.ENDS_AT + DAY)
    path = offered(entered)
    assert take(path) == 302
    assert not Registration.objects.exists()
    assert Talk.objects.get(pk=entered.pk).speaker == cast.person("emi")


def test_a_mail_that_has_not_left_does_not_leave_for_a_withdrawn_link(entered: Talk) -> None:
    offered(entered)
    cast.signed_in("ben").post(at_desk(entered, "offer/"), {"withdraw": "1"})
    assert mails("emi") == []


def test_the_history_has_a_sentence(event: Event, entered: Talk) -> None:
    take(offered(entered))
    page = cast.signed_in("ben").get(f"/desk/events/{event.public_id}/history/").content.decode()
    assert "sent a speaker the link to take over a talk" in page
    assert "took over a talk that organizers had added by hand" in page
    assert Notification.objects.filter(kind="talk_taken_over").exists()


def test_who_stands_beside_a_talk_added_by_hand_comes_after_its_speaker(entered: Talk) -> None:
    """Otherwise the co-speaker's seat would stay when organizers delete the talk."""
    url = at_desk(entered, "co-speakers/")
    asked = {"address": "dan@example.org"}
    assert 'name="address"' not in cast.signed_in("aiko").get(url).content.decode()
    refused = cast.signed_in("aiko").post(url, asked)
    assert "Send the link to take it over first" in refused.context["form"].errors["address"][0]
    assert not entered.co_speakers.exists()
    take(offered(entered))
    assert cast.signed_in("aiko").post(url, asked).status_code == 302
    assert entered.co_speakers.count() == 1
