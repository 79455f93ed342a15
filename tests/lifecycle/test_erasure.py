"""A person is erased: what is ahead ends as by a cancellation, and nothing of them is left (RULES 3, 211)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from meetups.accounts.erasure import ERASED_NAME
from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import Role
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions import erase_person as erasing
from meetups.lifecycle.actions.erase_person import OwnsAlone, erase_person
from meetups.lifecycle.invariants import breaches
from meetups.lifecycle.tasks import finish_erasures
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification, Suppression
from meetups.notifications.suppressions import suppressed_among
from meetups.registrations.lottery.ranking import draw, read_manifest, sha256_hex
from meetups.registrations.models import Registration
from meetups.speakers.models import CoSpeaker, SpeakerInvitation, Talk
from meetups.volunteers.models import Handover
from tests.support import cast
from tests.support.erasure import ADDRESS, OTHER, everything, well_known_person

pytestmark = pytest.mark.django_db
CONFIRMED, CANCELLED = Registration.State.CONFIRMED, Registration.State.CANCELLED


def erase(address: str = ADDRESS) -> Any:
    return erase_person(address=address, at=cast.NOW)


def test_their_seat_goes_to_the_next_and_others_are_told() -> None:
    person, event = well_known_person()
    erase()
    assert Registration.objects.get(event=event, attendee=person).state == CANCELLED
    assert Registration.objects.get(event=event, attendee=cast.person("dan")).state == CONFIRMED
    assert breaches() == []
    mail.outbox.clear()
    deliver(at=cast.NOW)
    told = {address for sent in mail.outbox for address in sent.to}
    assert "dan@example.org" in told
    # Emi had asked them to take her shift and to speak with her.
    assert "emi@example.org" in told
    assert not [address for address in told if "zqplant" in address or address.endswith(".invalid")]


@pytest.mark.story
def test_what_others_asked_them_is_over() -> None:
    well_known_person()
    erase()
    assert Handover.objects.get().state == Handover.State.DECLINED
    assert CoSpeaker.objects.get().state == CoSpeaker.State.DECLINED
    assert SpeakerInvitation.objects.get().state == SpeakerInvitation.State.WITHDRAWN
    assert not Notification.objects.filter(recipient__email__endswith=".invalid", state="waiting").exists()


def test_talks_shifts_and_pairs_end_as_when_the_person_leaves() -> None:
    event = cast.event(slots=[cast.lottery_plan(), cast.duty_plan(), cast.invited_plan()])
    talk = cast.talk("emi", event)
    signup = cast.volunteering("emi", event)
    erase("emi@example.org")
    talk.refresh_from_db()
    signup.refresh_from_db()
    assert (talk.state, signup.state) == (Talk.State.WITHDRAWN, "stepped_down")
    assert not Registration.objects.active().filter(event=event).exists()
    assert breaches() == []


def test_the_past_is_still_counted() -> None:
    person, event = cast.person("dan"), cast.event(slots=[cast.first_come_plan(3)])
    registration = cast.registered(person, event)
    Registration.objects.filter(pk=registration.pk).update(checked_in_at=cast.STARTS_AT, answers={"a": "b"})
    erase_person(address="dan@example.org", at=cast.ENDS_AT)
    registration.refresh_from_db()
    assert registration.state == CONFIRMED
    assert registration.checked_in_at
    assert (registration.answers, registration.name) == ({}, ERASED_NAME)
    assert event.slots.get().taken == 1
    assert breaches() == []
    page = cast.signed_in("aiko").get(reverse("desk_attendees", args=[event.public_id])).content.decode()
    assert ERASED_NAME in page
    assert "ダン" not in page


def test_history_keeps_its_steps_without_the_person() -> None:
    person, event = well_known_person()
    before = list(HistoryEntry.objects.order_by("pk").values_list("pk", "subject", "verb", "from_state", "to_state"))
    erase()
    kept = HistoryEntry.objects.order_by("pk").values_list("pk", "subject", "verb", "from_state", "to_state")
    assert list(kept[: len(before)]) == before
    assert not HistoryEntry.objects.filter(actor=person).exists()
    assert event.thread


def test_the_proof_of_a_draw_can_still_be_checked() -> None:
    event = cast.event(slots=[cast.lottery_plan(), cast.duty_plan()])
    for person in [*cast.people(5), cast.person("dan")]:
        cast.registered(person, event)
    lottery = cast.draw(event)
    proof = reverse("draw_proof", args=[event.public_id, lottery.slot.public_id])
    mine = Registration.objects.get(event=event, attendee=cast.person("dan"))
    before = (lottery.manifest, lottery.manifest_sha256, lottery.value)
    erase_person(address="dan@example.org", at=cast.DRAWS_AT)
    lottery.refresh_from_db()
    assert (lottery.manifest, lottery.manifest_sha256, lottery.value) == before
    assert sha256_hex(lottery.manifest) == lottery.manifest_sha256
    mine.refresh_from_db()
    assert mine.entry_id
    assert mine.entry_id in lottery.manifest
    again = draw(read_manifest(lottery.manifest), lottery.value)
    assert mine.drawn_rank in [place.rank for place in again if place.entry.entry_id == mine.entry_id]
    assert cast.signed_in("aiko").get(proof).status_code == 200


@pytest.mark.story
def test_a_suppressed_address_stays_so_as_a_hash() -> None:
    well_known_person()
    erase()
    assert "zqplant" not in Suppression.objects.get().address
    assert suppressed_among([ADDRESS.upper(), "dan@example.org"]) == {ADDRESS: "no such mailbox"}


def test_their_browsers_are_signed_out_and_the_address_is_free() -> None:
    cast.person("dan")
    browser = cast.signed_in("dan")
    assert browser.get(reverse("my_page")).status_code == 200
    erase("dan@example.org")
    assert browser.get(reverse("my_page")).status_code == 302
    assert cast.person("dan").name == "ダン", "A new account of the same address begins from nothing."
    assert not User.objects.get(email__endswith=".invalid").has_usable_password()


@pytest.mark.story
def test_twice_changes_nothing_more() -> None:
    well_known_person()
    assert erase()
    after = everything()
    assert not erase()
    assert not erase(OTHER)
    assert everything() == after


@pytest.mark.story
def test_looking_first_changes_nothing_and_says_what_it_would_do(capsys: Any) -> None:
    person, event = well_known_person()
    before = everything()
    call_command("erase_person", ADDRESS)
    assert everything() == before
    said = capsys.readouterr().out
    for line in (
        f"event ahead left: {event.title}",
        "2  registrations canceled",
        "1  talks blanked",
        "1  account erased",
        "Nothing has been changed.",
    ):
        assert line in said
    call_command("erase_person", ADDRESS, "--yes")
    person.refresh_from_db()
    assert person.name == ERASED_NAME
    assert "Nothing has been changed." not in capsys.readouterr().out
    call_command("erase_person", ADDRESS, "--yes")
    assert "Nothing here is of this person." in capsys.readouterr().out


@pytest.mark.in_short(1)
@pytest.mark.parametrize("step", ["_leave", "blank_talks", "erase_messages", "erase_account"])
def test_a_crash_half_way_leaves_no_half_state(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    well_known_person()
    before = everything()
    do = getattr(erasing, step)

    def breaks(*given: Any, **named: Any) -> None:
        do(*given, **named)
        raise RuntimeError("the power is gone")

    monkeypatch.setattr(erasing, step, breaks)
    with pytest.raises(RuntimeError):
        erase()
    assert everything() == before


def test_the_last_owner_makes_another_one_first() -> None:
    community = cast.community()
    before = everything()
    with pytest.raises(OwnsAlone) as refused:
        erase("aiko@example.org")
    assert community.name in str(refused.value)
    assert everything() == before
    with pytest.raises(CommandError, match="No one else owns"):
        call_command("erase_person", "aiko@example.org", "--yes")
    cast.member("ben", Role.OWNER)
    erase("aiko@example.org")
    assert list(Membership.objects.values_list("person__email", flat=True)) == ["ben@example.org"]


def test_another_account_of_the_mailbox_is_named_and_stays(capsys: Any) -> None:
    event = cast.event(slots=[cast.first_come_plan(3)])
    cast.person("dan")
    other = cast.registered("dan+talks", event)
    call_command("erase_person", "dan@example.org", "--yes")
    assert "Another account of this mailbox stays: dan+talks@example.org" in capsys.readouterr().out
    other.refresh_from_db()
    assert (other.state, other.person_key) == (CONFIRMED, "dan@example.org")


def test_others_who_are_called_alike_keep_everything() -> None:
    event = cast.event(slots=[cast.first_come_plan(3)])
    others = [cast.registered(name, event) for name in ("dane", "xdan", "dan_")]
    cast.person("dan")
    erase("dan@example.org")
    for one in others:
        one.refresh_from_db()
        assert (one.state, one.person_key) == (CONFIRMED, one.person.email)


def test_what_a_request_still_wrote_of_them_a_moment_later_goes_too() -> None:
    event = cast.event(slots=[cast.first_come_plan(1)])
    dan = cast.person("dan")
    before = User.objects.get(pk=dan.pk)
    erase("dan@example.org")
    late = cast.registered(before, event)
    queued = cast.registered("finn", event)
    assert late.person_key == "dan@example.org"
    assert finish_erasures(at=cast.NOW + timedelta(minutes=1)) == "0 erasures looked at once more"
    assert finish_erasures(at=cast.NOW + timedelta(hours=1)) == "1 erasures looked at once more"
    late.refresh_from_db()
    queued.refresh_from_db()
    assert (late.state, queued.state) == (CANCELLED, CONFIRMED)
    assert "dan" not in late.person_key
    assert breaches() == []
    dan.refresh_from_db()
    assert dan.erased_at == cast.NOW
