"""Addresses in wide letters, as Japanese keyboards make them, are understood wherever one types an address (RULES 154)."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.urls import reverse

from meetups.communities.models import Community, Invitation
from meetups.registrations.models import HeldPlace, Registration
from meetups.speakers.models import CoSpeaker, SpeakerInvitation
from tests.support import cast

pytestmark = pytest.mark.django_db
WIDE, NARROW = "ｇｉｎ＠ｅｘａｍｐｌｅ。ｏｒｇ", "gin@example.org"
CHECKOUT = Path(__file__).resolve().parents[2]
PLAIN_FIELD = re.compile(r"\bforms\.EmailField\((?!\))|<input[^>]*type=.email")


def fields_for_narrow_letters(text: str) -> list[str]:
    return PLAIN_FIELD.findall(text)


def test_no_form_has_a_field_that_refuses_them() -> None:
    found = {
        str(file.relative_to(CHECKOUT)): fields_for_narrow_letters(file.read_text())
        for folder, kind in (("meetups", "*.py"), ("organizers", "*.py"), ("templates", "*.html"))
        for file in (CHECKOUT / folder).rglob(kind)
    }
    assert {name: fields for name, fields in found.items() if fields} == {}


@pytest.mark.parametrize("planted", ['    email = forms.EmailField(label="Email")', '<input name="x" type="email">'])
def test_a_field_that_refuses_them_is_found(planted: str) -> None:
    """The control."""
    assert len(fields_for_narrow_letters(planted)) == 1


def test_on_the_dashboard() -> None:
    event = cast.event(slots=[cast.first_come_plan(9), cast.invited_plan()])
    talk, aiko = cast.talk("emi", event), cast.signed_in("aiko")
    slot = event.slots.general().in_order()[0]
    aiko.post(reverse("desk_members", args=["ml"]), {"email": WIDE, "role": "reception"})
    assert Invitation.objects.get().email == NARROW
    aiko.post(reverse("desk_places", args=[event.public_id]), {"people": f"ギン {WIDE}", "slot": slot.pk})
    place = HeldPlace.objects.get()
    assert (place.email, place.name) == (NARROW, "ギン")
    aiko.post(reverse("desk_co_speakers", args=[event.public_id, talk.pk]), {"address": WIDE})
    assert CoSpeaker.objects.get().address == NARROW
    aiko.post(
        reverse("desk_speaker_invitations", args=[event.public_id]),
        {"name": "ギン", "address": WIDE, "minutes": 20, "language": "ja"},
    )
    assert SpeakerInvitation.objects.get().address == NARROW
    cast.registered("dan", cast.event(slots=[cast.first_come_plan(9)]))
    typed = {"name": "ダン", "email": "ｄａｎ＠ｅｘａｍｐｌｅ．ｏｒｇ", "slot": slot.pk, "request_id": str(uuid4())}
    assert aiko.post(reverse("desk_place_by_hand", args=[event.public_id]), typed).status_code == 302
    assert Registration.objects.filter(event=event, attendee=cast.person("dan")).exists()
    aiko.post(reverse("desk_conduct", args=["ml"]), {"conduct": "", "conduct_url": "", "conduct_address": WIDE})
    assert Community.objects.get().conduct_address == NARROW
