"""The overview says how many talks are ready, and what the others still need."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.speakers.models import CoSpeaker, Presence, Readiness, Talk
from tests.support import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(cast.NOW, tick=False) as clock:
        yield clock


def overview(event: Event) -> str:
    page = cast.signed_in("aiko").get(f"/desk/events/{event.public_id}/").content.decode()
    return " ".join(page.replace("<bdi>", "").replace("</bdi>", "").split())


def make_ready(talk: Talk) -> None:
    Talk.objects.filter(pk=talk.pk).update(slides_url="https://example.com/slides")
    Readiness.objects.update_or_create(
        talk=talk,
        defaults={
            "bio": "人",
            "publication": "yes",
            "publication_answered_at": cast.NOW,
            "laptop": "own",
            "adapter": "own",
        },
    )


def test_it_counts_what_is_ready_and_says_what_is_missing_first() -> None:
    event = cast.event()
    ready, open_ = cast.talk("finn", event, title="そろった話"), cast.talk("emi", event, title="まだの話")
    make_ready(ready)
    make_ready(open_)
    Talk.objects.filter(pk=open_.pk).update(slides_url="")
    page = overview(event)
    assert "1 of 2 ready" in page
    assert "Still needed: Slides" in page
    assert page.index("まだの話") < page.index("そろった話")


def test_it_is_the_number_of_the_checklist_with_two_speakers_and_a_rehearsal() -> None:
    event = cast.online_event()
    talk = cast.talk("emi", event)
    make_ready(talk)
    CoSpeaker.objects.create(
        talk=talk, person=cast.person("finn"), address="finn@example.org", language="ja", state="joined",
        asked_at=cast.NOW, joined_at=cast.NOW, bio="人",
    )  # fmt: skip
    board = f"/desk/events/{event.public_id}/talks/readiness/"
    for who in ("emi", "finn", ""):
        on_board = cast.signed_in("aiko").get(board).context["ready"]
        assert f"{on_board} of 1 ready" in overview(event)
        for occasion in ("rehearsal", "connection") if who else ():
            Presence.objects.create(event=event, person=cast.person(who), occasion=occasion, seen_at=cast.NOW)
    assert on_board == 1


def test_who_has_not_confirmed_is_said_before_what_is_missing() -> None:
    event = cast.event()
    cast.talk("emi", event, state=Talk.State.ACCEPTED)
    page = overview(event)
    assert "hasn’t confirmed yet" in page
    assert "Still needed" not in page


@pytest.mark.parametrize("what", ["nothing", "a proposal", "over", "canceled"])
def test_nothing_is_counted_where_it_does_not_matter(what: str, clock: time_machine.Traveller) -> None:
    event = cast.event()
    if what != "nothing":
        talk = cast.talk("emi", event, state=Talk.State.PROPOSED if what == "a proposal" else Talk.State.CONFIRMED)
    match what:
        case "over":
            clock.move_to(cast.ENDS_AT + timedelta(hours=1))
        case "canceled":
            cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
    page = overview(event)
    assert " ready<" not in page
    assert "Still needed" not in page
    if what != "nothing":
        assert talk.title in page
    else:
        assert "No proposals yet" in page


@pytest.mark.story
def test_twelve_talks_are_six_lines_and_a_fold_and_ask_no_more_queries() -> None:
    event = cast.event()
    counted = []
    for number in range(12):
        cast.talk(f"speaker{number}", event, title=f"{number}番目の話")
        if number in (0, 2, 11):
            client = cast.signed_in("aiko")
            with CaptureQueriesContext(connection) as queries:
                page = client.get(f"/desk/events/{event.public_id}/").content.decode()
            counted.append(len(queries))
    assert len(set(counted)) == 1, counted
    assert " ".join(page.split()).count("6 more") == 1
    assert "0 of 12 ready" in " ".join(page.split())
