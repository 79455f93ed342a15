"""What is sent beside the fields of a form changes nothing."""

import pytest
import time_machine
from django.urls import reverse

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.events.models import Event
from meetups.registrations.models import Registration, Slot
from tests.house.access.browsers import client_with, cookies_of
from tests.support import cast

pytestmark = pytest.mark.django_db


def test_fields_that_a_form_does_not_have_do_nothing() -> None:
    extra = {"state": "confirmed", "place": "1", "above_capacity": "1", "taken": "0", "is_staff": "1", "role": "owner",
             "community": "2", "public_id": "hacked", "published_at": "2020-01-01", "slug": "taken"}  # fmt: skip
    with time_machine.travel(cast.NOW, tick=False):
        event = cast.event(slots=[cast.lottery_plan(1), cast.duty_plan()])
        jun = client_with(cookies_of(cast.person("jun")))
        slot = cast.slot_of(event, Slot.Admission.LOTTERY)
        sent = {"slot": slot.public_id, "request_id": "0192f3c4-0000-7000-8000-000000000001"}
        answer = jun.post(reverse("registration", args=[event.public_id]), {**extra, **sent})
        jun.post(reverse("profile"), {**extra, "name": "ジュン", "language": "ja"})
        aiko = client_with(cookies_of(cast.person("aiko")))
        names = {"name": "新しい名前", "language": "ja", "time_zone": "Asia/Tokyo"}
        aiko.post(reverse("desk_community_profile", args=["ml"]), {**extra, **names})
        aiko.post(
            reverse("desk_event_new", args=["ml"]),
            {
                **extra,
                "title": "次の会",
                "day": "2027-01-10",
                "starts": "19:00",
                "intent": "draft",
                "language": "ja",
                "time_zone": "Asia/Tokyo",
                "format": "online",
                "visibility": "public",
                "admission": "first_come",
            },
        )
    assert answer.status_code == 302
    assert Registration.objects.get().state == Registration.State.APPLIED
    assert not User.objects.filter(is_staff=True).exists()
    community = Community.objects.get()
    assert (community.slug, community.name) == ("ml", "新しい名前")
    draft = Event.objects.get(title="次の会")
    assert (draft.state, draft.published_at) == (Event.State.DRAFT, None)
    assert draft.public_id != "hacked"
