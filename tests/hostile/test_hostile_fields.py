"""Values that no honest browser sends in fields that no form checks: the answer is clear, and nothing changes."""

import pytest
from django.urls import reverse

from meetups.history.models import HistoryEntry
from meetups.registrations.models import Registration
from meetups.speakers.actions.calls.call_for_speakers import call_for_speakers
from meetups.speakers.actions.proposals.propose_to_community import propose_to_community
from tests.support import cast
from tests.support.scenes import teardown_scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


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


@pytest.mark.story
def test_what_stands_on_pages_and_in_mails_as_a_name_can_be_seen() -> None:
    """A link without a letter cannot be clicked, and a mail without a subject looks like spam."""
    event = cast.event()
    cast.registered("dan", event)
    talk, shift, line = cast.talk("emi", event), cast.shift_of(event), teardown_scene.line(event)
    before = HistoryEntry.objects.count()
    desk = f"/desk/events/{event.public_id}"
    times = {"starts": "2026-12-05T16:30", "ends": "2026-12-05T17:30"}
    numbers = {"role": "teardown", "phase": "teardown", "minimum": "1", "maximum": "4"}
    written = {"groups": Registration.State.APPLIED, "body_ja": "本文です。", "when": "now", "intent": "send"}
    community = {"language": "ja", "time_zone": "Asia/Tokyo"}
    for who, url, name, fields in (
        ("aiko", "/desk/c/ml/profile/", "name", community),
        ("aiko", f"{desk}/slots/new/", "name", {"admission": "invited", "capacity": "3"}),
        ("emi", f"/talks/{talk.pk}/preparation/", "title", {}),
        ("aiko", f"{desk}/shifts/{shift.pk}/", "title", {**times, **numbers}),
        ("aiko", f"{desk}/teardown/{line.pk}/", "text", {"sort": "do"}),
        ("aiko", f"{desk}/messages/new/", "subject_ja", written),
    ):
        client = cast.signed_in(who)
        for hidden in ("\u200b\u2060", "\u202e"):
            assert client.post(url, {**fields, name: hidden}).status_code == 422, (url, hidden)
        assert HistoryEntry.objects.count() == before, url
        # A visible name is accepted.
        assert client.post(url, {**fields, name: "見える名前"}).status_code == 302, url
        before = HistoryEntry.objects.count()
