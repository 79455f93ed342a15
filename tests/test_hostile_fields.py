"""What no honest browser sends in fields that no form looks at: a clear answer, and nothing changes."""

from collections.abc import Iterator

import pytest
import time_machine
from django.urls import reverse

from meetups.history.models import HistoryEntry
from meetups.speakers.actions.call_for_speakers import call_for_speakers
from meetups.speakers.actions.propose_to_community import propose_to_community
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.mark.parametrize("text", ["\x00", "abc\x00def"])
def test_a_null_character_where_an_event_is_named_is_refused_and_not_an_accident(text: str) -> None:
    event = cast.event()
    call_for_speakers(
        community=event.community, event=None, text="", closes_at=None, at=cast.NOW, by=cast.person("aiko")
    )
    offered = propose_to_community(
        community=event.community, speaker=cast.person("emi"), title="話", abstract="", minutes=20, at=cast.NOW
    )
    before = HistoryEntry.objects.count()
    aiko = cast.signed_in("aiko")
    for url, fields in (
        (reverse("desk_proposal_answer", args=["ml", offered.pk]), {"answer": "take", "event": text}),
        (reverse("desk_teardown_copy", args=[event.public_id]), {"source": text}),
    ):
        answered = aiko.post(url, fields)
        assert answered.status_code == 400, url
    assert HistoryEntry.objects.count() == before
