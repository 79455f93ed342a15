"""A person is invited by a link to speak: yes is one step with a seat, no is one click."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.models import Registration, Slot
from meetups.speakers.actions.invitations.invite_speaker import A_DAY
from meetups.speakers.models import SpeakerInvitation, Talk
from meetups.speakers.tasks import remind_invited
from tests.support import cast
from tests.support.gate import through_the_gate

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = {"name": "花", "note": "3年運用して\n分かったこと", "minutes": "30", "language": "ja", "address": ""}
YES = {"answer": "accept", "title": "店の推薦", "abstract": "失敗も**話します**。"}
DAYS_3, DAYS_7 = cast.NOW + timedelta(days=3), cast.NOW + timedelta(days=7)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(cast.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def event() -> Event:
    return cast.event()


def ask(desk: Client, event: Event, **fields: str) -> SpeakerInvitation:
    url = reverse("desk_speaker_invitations", args=[event.public_id])
    assert desk.post(url, {**ASKED, **fields}).status_code == 302
    return SpeakerInvitation.objects.latest("pk")


def link(invitation: SpeakerInvitation) -> str:
    return reverse("speaker_invitation", args=[invitation.token])


def nobody() -> Client:
    return Client(headers={"Accept-Language": "en"})


def told(kind: str) -> list[str]:
    rows = Notification.objects.filter(kind=kind).order_by("pk")
    return [row.recipient.email if row.recipient else row.address for row in rows]


def test_without_an_address_there_is_a_link_to_pass_on(event: Event, desk: Client) -> None:
    invitation = ask(desk, event)
    assert link(invitation) in desk.get(reverse("desk_speaker_invitations", args=[event.public_id])).content.decode()
    assert not Notification.objects.exists()
    page = nobody().get(link(invitation)).content.decode()
    assert "Would you speak, <bdi>花</bdi>?" in page
    assert event.title.split()[0] in page
    assert "分かったこと" in page
    assert "愛子" in page


def test_with_an_address_it_goes_there(event: Event, desk: Client) -> None:
    invitation = ask(desk, event, address="Hana@Example.org")
    deliver(at=cast.NOW)
    [sent] = mail.outbox
    assert sent.to == ["hana@example.org"]
    assert link(invitation) in sent.body
    assert "分かったこと" in sent.body
    # The same address is not asked twice, and the typed values are kept.
    url = reverse("desk_speaker_invitations", args=[event.public_id])
    again = desk.post(url, {**ASKED, "address": "hana@example.org"})
    assert again.status_code == 409
    assert "already has an open speaker invitation" in again.content.decode()
    assert "分かったこと" in again.content.decode()


def test_yes_is_one_step_with_a_seat_that_is_never_refused(event: Event, desk: Client) -> None:
    full = cast.event(title="満席の会", slots=[cast.first_come_plan(1), cast.invited_plan(1)])
    cast.registered("dan", full)
    cast.talk("emi", full)
    invitation = ask(desk, full)
    finn = cast.signed_in("finn")
    answer = finn.post(link(invitation), YES, follow=True)
    assert "your seat is confirmed" in answer.content.decode()
    talk = Talk.objects.get(speaker=cast.person("finn"))
    assert (talk.state, talk.title, talk.minutes) == (Talk.State.CONFIRMED, YES["title"], 30)
    seat = Registration.objects.get(attendee=talk.speaker)
    assert (seat.state, seat.slot.admission) == (Registration.State.CONFIRMED, Slot.Admission.INVITED)
    assert told("talk_confirmed")[-1:] == ["aiko@example.org"]
    assert told("talk_seat")[-1:] == ["finn@example.org"]
    assert YES["title"] in nobody().get(reverse("event", args=[full.public_id])).content.decode()
    assert breaches() == []
    # A second click leads to the same talk; another person comes too late.
    assert finn.post(link(invitation), YES).status_code == 302
    late = cast.signed_in("jun").post(link(invitation), YES)
    assert late.status_code == 409
    assert Talk.objects.filter(event=full).count() == 2


def test_yes_without_an_account_is_the_same_page_and_a_code(event: Event, desk: Client) -> None:
    invitation = ask(desk, event, address="hana+talks@example.org")
    hana = nobody()
    page = hana.get(link(invitation)).content.decode()
    assert 'value="hana+talks@example.org"' in page, "it begins with the address that the invitation came to"
    answer = through_the_gate(hana, link(invitation), "hana+talks@example.org", name="花", **YES)
    assert answer["Location"].endswith("/registration/")
    talk = Talk.objects.get()
    assert (talk.title, talk.speaker.name) == (YES["title"], "花")


def test_what_was_typed_survives_signing_in(event: Event, desk: Client) -> None:
    invitation = ask(desk, event)
    browser, person = nobody(), cast.person("finn")
    browser.post(link(invitation), {**YES, "name": "フィン", "email": person.email})
    login = f"{reverse('account_login')}?next={link(invitation)}"
    back = browser.post(login, {"login": person.email, "password": cast.PASSWORD, "next": link(invitation)})
    assert back["Location"] == link(invitation)
    assert not Talk.objects.exists()
    assert YES["title"] in browser.get(link(invitation)).content.decode()


def test_no_needs_no_account_and_can_say_why(event: Event, desk: Client) -> None:
    invitation = ask(desk, event)
    answer = nobody().post(link(invitation), {"answer": "decline", "word": "その週は出張です。"})
    assert "You’ve declined." in answer.content.decode()
    assert told("speaker_declined") == ["aiko@example.org"]
    deliver(at=cast.NOW + timedelta(minutes=30))
    assert "その週は出張です。" in mail.outbox[-1].body
    assert (
        "その週は出張です。" in desk.get(reverse("desk_speaker_invitations", args=[event.public_id])).content.decode()
    )
    # A second no tells no one again, and a yes comes too late.
    nobody().post(link(invitation), {"answer": "decline"})
    assert len(told("speaker_declined")) == 1
    assert cast.signed_in("finn").post(link(invitation), YES).status_code == 409


def test_who_said_no_gets_no_second_mail_but_can_be_given_a_link(event: Event, desk: Client) -> None:
    nobody().post(link(ask(desk, event, address="finn@example.org")), {"answer": "decline"})
    url = reverse("desk_speaker_invitations", args=[event.public_id])
    again = desk.post(url, {**ASKED, "address": "finn+again@example.org"})
    assert again.status_code == 409
    assert "create a link without an address" in again.content.decode()
    assert desk.post(url, {**ASKED, "address": ""}).status_code == 302
    assert SpeakerInvitation.objects.count() == 2


def test_looking_changes_nothing_and_is_not_kept(event: Event, desk: Client) -> None:
    invitation = ask(desk, event)
    for method in ("get", "head"):
        answer = getattr(nobody(), method)(f"{link(invitation)}?answer=decline")
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        # The address of this page is secret, so it is not sent to other sites.
        assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"
    invitation.refresh_from_db()
    assert invitation.state == SpeakerInvitation.State.OPEN


@pytest.mark.parametrize("why", ["withdrawn", "cancelled", "begun"])
def test_a_link_that_leads_nowhere_any_more_says_so(event: Event, desk: Client, now: Any, why: str) -> None:
    invitation = ask(desk, event, address="hana@example.org")
    if why == "withdrawn":
        desk.post(reverse("desk_speaker_invitation_withdrawal", args=[event.public_id, invitation.pk]))
    elif why == "cancelled":
        cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
    else:
        now.move_to(cast.STARTS_AT)
    page = nobody().get(link(invitation))
    assert page.status_code == 410
    assert "This invitation is closed" in page.content.decode()
    late = cast.signed_in("finn").post(link(invitation), YES)
    assert late.status_code == 409
    assert not Talk.objects.exists()
    # A mail that was not sent before is not sent now.
    deliver(at=max(cast.NOW, cast.STARTS_AT if why == "begun" else cast.NOW))
    assert not [one for one in mail.outbox if one.to == ["hana@example.org"]]


def test_an_answered_invitation_is_not_withdrawn(event: Event, desk: Client) -> None:
    invitation = ask(desk, event)
    cast.signed_in("finn").post(link(invitation), YES)
    url = reverse("desk_speaker_invitation_withdrawal", args=[event.public_id, invitation.pk])
    assert "has already replied" in desk.post(url, follow=True).content.decode()
    assert Talk.objects.get().state == Talk.State.CONFIRMED


def test_a_forged_link_is_not_found() -> None:
    assert nobody().get(reverse("speaker_invitation", args=["x" * 32])).status_code == 404


def test_a_title_is_needed_and_what_was_typed_stays(event: Event, desk: Client) -> None:
    answer = cast.signed_in("finn").post(link(ask(desk, event)), {**YES, "title": ""})
    assert answer.status_code == 422
    assert "失敗も" in answer.content.decode()


def test_who_does_not_answer_is_asked_again_after_three_and_seven_days(event: Event, desk: Client) -> None:
    invitation = ask(desk, event, address="hana@example.org")
    ask(desk, event, name="住所なし")
    for at in (DAYS_3 - SECOND, DAYS_3, DAYS_3 + SECOND, DAYS_7 - SECOND, DAYS_7, DAYS_7 + timedelta(days=5)):
        remind_invited(at)
    rows = Notification.objects.filter(kind="speaker_invitation_reminder").order_by("pk")
    assert [(row.address, row.created_at) for row in rows] == [
        ("hana@example.org", DAYS_3),
        ("hana@example.org", DAYS_7),
    ]
    invitation.refresh_from_db()
    assert invitation.reminded_at == DAYS_7


@pytest.mark.parametrize("answer", ["yes", "no", "withdrawn", "cancelled"])
def test_asking_again_stops_with_the_answer(event: Event, desk: Client, answer: str) -> None:
    invitation = ask(desk, event, address="hana@example.org")
    if answer == "yes":
        cast.signed_in("finn").post(link(invitation), YES)
    elif answer == "no":
        nobody().post(link(invitation), {"answer": "decline"})
    elif answer == "withdrawn":
        desk.post(reverse("desk_speaker_invitation_withdrawal", args=[event.public_id, invitation.pk]))
    else:
        cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
    remind_invited(DAYS_7)
    assert told("speaker_invitation_reminder") == []


def test_the_desk_sees_how_long_they_have_waited(event: Event, desk: Client, now: Any) -> None:
    ask(desk, event)
    now.move_to(cast.NOW + timedelta(days=4))
    assert "for 4 days" in desk.get(reverse("desk_speaker_invitations", args=[event.public_id])).content.decode()
    assert "waiting for 4 days" in desk.get(reverse("desk_talks", args=[event.public_id])).content.decode()


def test_a_community_is_no_way_to_write_to_strangers(event: Event, desk: Client) -> None:
    url = reverse("desk_speaker_invitations", args=[event.public_id])
    for number in range(A_DAY):
        SpeakerInvitation.objects.create(event=event, name=str(number), language="ja", made_at=cast.NOW)
    assert desk.post(url, ASKED).status_code == 409


@pytest.mark.parametrize("wrong", [{"name": " "}, {"name": "\u3164"}, {"minutes": "0"}, {"address": "x"}])
def test_what_cannot_be_read_is_given_back(event: Event, desk: Client, wrong: dict[str, str]) -> None:
    url = reverse("desk_speaker_invitations", args=[event.public_id])
    answer = desk.post(url, {**ASKED, **wrong})
    assert answer.status_code == 422
    assert "分かったこと" in answer.content.decode()
    assert not SpeakerInvitation.objects.exists()


@pytest.mark.story
@pytest.mark.parametrize("number", [1, 3])
def test_any_number_is_listed_with_the_same_queries(
    event: Event, desk: Client, django_assert_num_queries: Any, number: int
) -> None:
    for place in range(number):
        ask(desk, event, name=f"花{place}")
        cast.signed_in(f"guest{place}").post(link(ask(desk, event, name=f"客{place}")), YES)
    url = reverse("desk_speaker_invitations", args=[event.public_id])
    desk.get(url)  # this shows the message of the last click
    # Session and person; the event; whether there is a draw; the invitations with their results; what was sent today.
    with django_assert_num_queries(5):
        desk.get(url)
