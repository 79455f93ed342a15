"""Registering, changing and leaving, as a browser does it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from meetups.core.links import cancellation_token
from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.registrations.models import Registration, Slot
from meetups.speakers.models import Talk
from meetups.volunteers.models import Signup
from tests.support import cast

pytestmark = pytest.mark.django_db
State = Registration.State
AFTER_DRAW = cast.DRAWS_AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def dan() -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.person("dan", language="en"))
    return client


def url(event: Event, rest: str = "") -> str:
    return f"/events/{event.public_id}/registration/{rest}"


def mine(event: Event) -> Registration:
    return Registration.objects.active().get(event=event, attendee__email="dan@example.org")


def send(client: Client, event: Event, slot: Slot | None = None, request_id: str | None = None) -> int:
    slot = slot or event.slots.general().in_order()[0]
    answer = client.post(url(event), {"slot": slot.public_id, "request_id": request_id or str(uuid4())})
    return answer.status_code


def test_two_clicks_when_signed_in(dan: Client) -> None:
    event = cast.event()
    page = dan.get(f"/events/{event.public_id}/").content.decode()
    found = re.search(r'class="action wide" href="([^"]+)"', page)
    assert found
    step = dan.get(found[1]).content.decode()
    fields = dict(re.findall(r'name="(slot|request_id)" value="([^"]+)"', step))
    answer = dan.post(url(event), fields, follow=True)
    assert answer.redirect_chain == [(url(event), 302)]
    assert "You’re in the lottery. We’ll email you the result on Tue, Dec 1, 12:00 PM." in answer.content.decode()
    registration = mine(event)
    assert registration.state == State.APPLIED
    assert registration.entry_id
    assert registration.entry_id in answer.content.decode()


def test_not_signed_in_comes_back_here_after_signing_in() -> None:
    event = cast.event()
    slot = event.slots.all()[0].public_id
    html = Client().get(f"{url(event)}?slot={slot}").content.decode()
    back = quote(f"{url(event)}?slot={slot}", safe="")
    assert f'href="/accounts/login/?next={back}"' in html


def test_the_step_says_what_will_happen_and_who_sees_my_name(dan: Client) -> None:
    html = dan.get(url(cast.event())).content.decode()
    assert "Result: Dec 1, 12:00 PM" in html
    assert "You’ll register as “<bdi>ダン</bdi>”." in html
    assert 'type="radio"' not in html


def test_the_leaf_of_the_event_has_the_colour_of_its_community(dan: Client) -> None:
    event = cast.event()
    html = dan.get(url(event)).content.decode()
    assert f'class="event-line" data-hue="{event.community.hue}"' in html


def test_several_slots_are_a_choice_and_the_link_chooses(dan: Client) -> None:
    event = cast.event(slots=[cast.lottery_plan(), cast.first_come_plan()])
    second = cast.slot_of(event, Slot.Admission.FIRST_COME)
    html = dan.get(f"{url(event)}?slot={second.public_id}").content.decode()
    assert re.search(rf'value="{second.public_id}"[^>]*checked', html)


def test_the_same_form_sent_twice_gives_the_first_answer(dan: Client) -> None:
    event = cast.event()
    request_id = str(uuid4())
    assert send(dan, event, request_id=request_id) == 302
    assert send(dan, event, request_id=request_id) == 302
    assert Registration.objects.filter(event=event).count() == 1


def test_a_second_registration_is_refused_with_the_form_filled_in(dan: Client) -> None:
    event = cast.event(slots=[cast.lottery_plan(), cast.first_come_plan()])
    assert send(dan, event) == 302
    second = cast.slot_of(event, Slot.Admission.FIRST_COME)
    answer = dan.post(url(event), {"slot": second.public_id, "request_id": str(uuid4())})
    assert answer.status_code == 409
    assert "You’re already registered for this event." in answer.content.decode()
    assert re.search(rf'value="{second.public_id}"[^>]*checked', answer.content.decode())


@pytest.mark.parametrize("admission", [Slot.Admission.DUTY, Slot.Admission.INVITED])
def test_seats_with_a_duty_or_an_invitation_are_refused_with_the_reason(dan: Client, admission: Slot.Admission) -> None:
    event = cast.event(slots=[cast.lottery_plan(), cast.duty_plan(), cast.invited_plan()])
    answer = dan.post(url(event), {"slot": cast.slot_of(event, admission).public_id, "request_id": str(uuid4())})
    assert answer.status_code == 409
    assert "are for volunteers or invited people" in answer.content.decode()
    assert not Registration.objects.filter(event=event).exists()


def test_a_slot_of_another_event_is_no_choice(dan: Client) -> None:
    event, other = cast.event(), cast.online_event()
    assert send(dan, event, slot=other.slots.all()[0]) == 422
    assert not Registration.objects.exists()


def test_extra_fields_do_nothing(dan: Client) -> None:
    event = cast.event()
    slot = event.slots.general()[0]
    dan.post(
        url(event), {"slot": slot.public_id, "state": "confirmed", "above_capacity": "1", "place": "1", "entry_id": "x"}
    )
    assert mine(event).state == State.APPLIED


def test_a_cancelled_event_refuses(dan: Client) -> None:
    event = cast.event()
    cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
    assert send(dan, event) == 409
    assert "Registration is closed." in dan.get(url(event)).content.decode()


def test_the_number_in_the_queue_is_shown(dan: Client) -> None:
    event = cast.event(slots=[cast.first_come_plan(1)])
    for guest in cast.people(3):
        cast.registered(guest, event)
    send(dan, event)
    assert "You’re #3 on the waitlist." in dan.get(url(event)).content.decode()


def test_behind_the_draw(dan: Client) -> None:
    event = cast.event()
    with time_machine.travel(cast.CLOSES_AT + timedelta(minutes=1), tick=False):
        assert send(dan, event) == 302
        assert "You’re #1 on the waitlist (joined after entries closed)." in dan.get(url(event)).content.decode()


def test_changing_slot_before_the_draw(dan: Client) -> None:
    event = cast.event(slots=[cast.lottery_plan(), cast.first_come_plan()])
    send(dan, event)
    second = cast.slot_of(event, Slot.Admission.FIRST_COME)
    html = dan.get(url(event, "slot/")).content.decode()
    assert "You’ll get a seat right away." in html
    answer = dan.post(url(event, "slot/"), {"slot": second.public_id})
    assert answer.status_code == 302
    assert mine(event).state == State.CONFIRMED


def test_a_change_that_means_waiting_asks_first(dan: Client) -> None:
    event = cast.event(slots=[cast.lottery_plan(), cast.first_come_plan(1)])
    second = cast.slot_of(event, Slot.Admission.FIRST_COME)
    cast.registered("finn", event, slot=second)
    send(dan, event)
    answer = dan.post(url(event, "slot/"), {"slot": second.public_id})
    assert answer.status_code == 409
    assert 'name="accept_waiting"' in answer.content.decode()
    assert mine(event).state == State.APPLIED
    dan.post(url(event, "slot/"), {"slot": second.public_id, "accept_waiting": "on"})
    assert mine(event).state == State.WAITLISTED


def test_a_held_seat_does_not_change_its_slot(dan: Client) -> None:
    event = cast.event(slots=[cast.first_come_plan(), cast.duty_plan()])
    cast.volunteering("dan", event)
    slot = cast.slot_of(event, Slot.Admission.FIRST_COME)
    assert "Cancel that first" in dan.get(url(event, "slot/")).content.decode()
    assert dan.post(url(event, "slot/"), {"slot": slot.public_id}).status_code == 409


def test_leaving_names_its_consequence_and_promotes(dan: Client) -> None:
    event = cast.event(slots=[cast.first_come_plan(1)])
    send(dan, event)
    waiting = cast.registered("finn", event)
    assert (
        "The next person on the waitlist gets in right away." in dan.get(url(event, "cancellation/")).content.decode()
    )
    assert mine(event).state == State.CONFIRMED
    answer = dan.post(url(event, "cancellation/"))
    assert answer.status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == State.CONFIRMED
    assert dan.post(url(event, "cancellation/")).status_code == 409


def test_leaving_ends_shifts_and_talks_and_says_so(dan: Client) -> None:
    event = cast.event()
    cast.volunteering("dan", event)
    cast.talk("dan", event, title="A talk")
    html = dan.get(url(event, "cancellation/")).content.decode()
    assert "Your shift “撤収” is canceled too." in html
    assert "Your talk “A talk” is withdrawn too." in html
    dan.post(url(event, "cancellation/"))
    assert not Registration.objects.active().filter(event=event).exists()
    assert Signup.objects.get().state == Signup.State.STEPPED_DOWN
    assert Talk.objects.get().state == Talk.State.WITHDRAWN


def test_one_click_shows_on_get_and_acts_on_post_without_signing_in() -> None:
    event = cast.event()
    registration = cast.registered("dan", event)
    address = f"/cancellations/{cancellation_token(registration.pk)}/"
    visitor = Client(enforce_csrf_checks=True)
    assert visitor.get(address).status_code == 200
    registration.refresh_from_db()
    assert registration.is_active
    assert visitor.post(address).status_code == 200
    registration.refresh_from_db()
    assert not registration.is_active
    assert visitor.get(address).status_code == 200


@pytest.mark.parametrize("token", ["x", "MQ:a:b", "%2e%2e", "a" * 3000, "🦊"])
def test_forged_tokens_get_a_clear_page(token: str) -> None:
    answer = Client(headers={"accept-language": "en"}).get(f"/cancellations/{token}/")
    assert answer.status_code == 404
    assert "has expired or is incomplete" in answer.content.decode()


def test_old_tokens_get_a_clear_page() -> None:
    token = cancellation_token(cast.registered("dan", cast.event()).pk)
    with time_machine.travel(cast.NOW + timedelta(days=61), tick=False):
        assert Client().get(f"/cancellations/{token}/").status_code == 404


def test_a_token_of_a_guest_gets_the_same_page() -> None:
    guest = cast.registered("dan", cast.event())
    Registration.objects.filter(pk=guest.pk).update(attendee=None, guest_name="高橋")
    address = f"/cancellations/{cancellation_token(guest.pk)}/"
    for answer in (Client().get(address), Client().post(address), Client().post(address, {"keep": "1"})):
        assert answer.status_code == 404
    assert Registration.objects.get().is_active


def test_nothing_changes_on_get(dan: Client) -> None:
    event = cast.event(slots=[cast.lottery_plan(), cast.first_come_plan(), cast.duty_plan()])
    for rest in ("", "slot/", "cancellation/"):
        dan.get(url(event, rest))
    assert not Registration.objects.exists()
    cast.registered("dan", event)
    for rest in ("", "slot/", "cancellation/"):
        assert dan.get(url(event, rest)).status_code == 200
        assert dan.put(url(event, rest)).status_code == 405
    assert mine(event).state == State.APPLIED


def test_winners_and_losers_see_it(dan: Client) -> None:
    event = cast.event(slots=[cast.lottery_plan(1)])
    send(dan, event)
    cast.draw(event)
    with time_machine.travel(AFTER_DRAW, tick=False):
        assert "Confirmed · " in dan.get(url(event)).content.decode()


def test_thanks_by_name_then_what_one_can_do_for_others_then_what_comes(dan: Client) -> None:
    event = cast.event(slots=[cast.first_come_plan(5), cast.duty_plan()])
    assert "Thank you" not in dan.get(url(event)).content.decode()
    cast.registered("dan", event)
    page = dan.get(url(event)).content.decode()
    order = [
        "Thank you, <bdi>ダン</bdi>.",
        "See you on Sat, Dec 5 at 2:00 PM.",
        "Add to calendar",
        "Bring someone along",
    ]
    order += ["“撤収ボランティア枠” has 4 seats left.", ">Follow<", "Next steps", "Plans changed?"]
    assert [page.index(part) for part in order] == sorted(page.index(part) for part in order)


def test_it_can_be_shared_without_scripts_and_nothing_is_asked_of_others_before(dan: Client) -> None:
    event = cast.event(title="勉強会 & more", slots=[cast.first_come_plan(5)])
    cast.registered("dan", event)
    page = dan.get(url(event)).content.decode()
    address = quote(f"http://testserver/events/{event.public_id}/", safe="")
    assert f'href="https://social-plugins.line.me/lineit/share?url={address}"' in page
    assert f'href="https://x.com/intent/post?text={quote(event.title, safe="")}&amp;url={address}"' in page
    # The system's own sheet needs a script; without one its button stays hidden.
    assert re.search(r"<button[^>]*data-share[^>]*hidden", page, re.DOTALL)
    assert not re.search(r'(src|action)="https?://(?!testserver)', page)


def test_the_seat_of_a_speaker_is_neither_cancelled_nor_passed_on_by_a_day() -> None:
    event = cast.event(slots=[cast.first_come_plan(), cast.duty_plan(), cast.invited_plan()])
    cast.registered("dan", event)
    cast.talk("emi", event)
    cast.volunteering("finn", event)
    free, stepping = "Cancel registration</a> (until Dec 3, 2:00 PM)", "Cancel my shift"
    pages = {
        who: re.sub(
            "</?time.*?>", "", " ".join(cast.signed_in(who).get(f"/events/{event.public_id}/").content.decode().split())
        )
        for who in ("dan", "emi", "finn")
    }
    assert {who: (free in seen, stepping in seen) for who, seen in pages.items()} == {
        "dan": (True, False),
        "emi": (False, False),
        "finn": (False, True),
    }
