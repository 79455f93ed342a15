"""Organizers first decide about proposals without time pressure, and then tell everyone together."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.speakers.actions.talks.withdraw_talk import withdraw_talk
from meetups.speakers.models import Talk
from meetups.speakers.talk_states import reply_version
from tests.support import cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("at_now")]


@pytest.fixture
def event() -> Event:
    return cast.event()


def proposed(event: Event, who: str, title: str) -> Talk:
    return cast.talk(who, event, state=Talk.State.PROPOSED, title=title)


def decide(desk: Client, talk: Talk, decision: str) -> None:
    url = reverse("desk_talk_decision", args=[talk.event.public_id, talk.pk])
    assert desk.post(url, {"decision": decision}).status_code == 302


def tell(desk: Client, event: Event, *decisions: str) -> str:
    url = reverse("desk_decisions", args=[event.public_id])
    return desk.post(url, {"decision": decisions}, follow=True).content.decode()


def told() -> list[tuple[str, str]]:
    """The people who were told of a decision, and the decision."""
    rows = Notification.objects.filter(kind__in=["talk_accepted", "talk_rejected"]).order_by("pk")
    return [(row.recipient.email.partition("@")[0] if row.recipient else "", row.kind) for row in rows]


def state_of(talk: Talk) -> tuple[str, str]:
    talk.refresh_from_db()
    return talk.state, talk.staged


def test_nobody_hears_of_a_decision_before_it_is_told(event: Event, desk: Client) -> None:
    talk = proposed(event, "emi", "評価の話")
    emi = cast.signed_in("emi")
    pages = [
        reverse("talk_revision", args=[talk.pk]),
        reverse("talk_confirmation", args=[talk.pk]),
        reverse("event", args=[event.public_id]),
        reverse("my_page"),
    ]
    before = [_words(emi, page) for page in pages]
    decide(desk, talk, "accept")
    assert state_of(talk) == (Talk.State.PROPOSED, "accept")
    assert told() == []
    assert [_words(emi, page) for page in pages] == before
    assert "Decided, not sent yet" in desk.get(reverse("desk_talks", args=[event.public_id])).content.decode()
    overview = desk.get(reverse("desk_event", args=[event.public_id])).content.decode().replace("<wbr>", "")
    assert "decided, not sent yet" in overview.partition("評価の話")[2]


def _words(client: Client, page: str) -> str:
    """The text of a page, without the token of its forms."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", client.get(page).content.decode())


def test_all_are_told_together_and_each_once(event: Event, desk: Client) -> None:
    first, second, third = (
        proposed(event, who, title) for who, title in (("emi", "一"), ("finn", "二"), ("dan", "三"))
    )
    decide(desk, first, "accept")
    decide(desk, second, "reject")
    preview = desk.get(reverse("desk_decisions", args=[event.public_id])).content.decode()
    assert "Send decisions to 2 people?" in preview
    assert "1 proposal is still undecided" in preview
    assert f'value="{first.pk}:accept"' in preview
    assert "トークが採択されました" in preview, "each mail can be read before it leaves, in the language of its reader"
    assert "トークの提案の結果：二" in preview
    assert preview.count("<details>") == 2
    both = (f"{first.pk}:accept", f"{second.pk}:reject")
    assert "We’ll email 2 people." in tell(desk, event, *both)
    assert told() == [("emi", "talk_accepted"), ("finn", "talk_rejected")]
    assert [state_of(talk) for talk in (first, second, third)] == [
        (Talk.State.ACCEPTED, ""),
        (Talk.State.REJECTED, ""),
        (Talk.State.PROPOSED, ""),
    ]
    # A second click sends nothing again and shows no warning.
    again = tell(desk, event, *both)
    assert "Everyone has already been notified." in again
    assert "was left out" not in again
    assert len(told()) == 2


def test_one_can_be_told_alone(event: Event, desk: Client) -> None:
    first, second = proposed(event, "emi", "一"), proposed(event, "finn", "二")
    decide(desk, first, "accept")
    decide(desk, second, "reject")
    page = desk.get(reverse("desk_decisions", args=[event.public_id]), {"talk": second.pk}).content.decode()
    assert "Send decisions to 1 person?" in page
    assert f"{first.pk}:accept" not in page
    tell(desk, event, f"{second.pk}:reject")
    assert told() == [("finn", "talk_rejected")]
    assert state_of(first) == (Talk.State.PROPOSED, "accept")


@pytest.mark.parametrize("meanwhile", ["withdrawn", "rewritten", "decided otherwise"])
def test_what_changed_since_it_was_shown_is_left_out_and_said(event: Event, desk: Client, meanwhile: str) -> None:
    gone, stays = proposed(event, "emi", "消えた話"), proposed(event, "finn", "二")
    decide(desk, gone, "accept")
    decide(desk, stays, "accept")
    emi = cast.signed_in("emi")
    if meanwhile == "withdrawn":
        emi.post(reverse("talk_withdrawal", args=[gone.pk]))
    elif meanwhile == "rewritten":
        emi.post(reverse("talk_revision", args=[gone.pk]), {"title": "別の話", "abstract": "", "minutes": "5"})
    else:
        decide(cast.signed_in("aiko"), gone, "reject")
    page = tell(desk, event, f"{gone.pk}:accept", f"{stays.pk}:accept")
    assert "was left out" in page
    assert told() == [("finn", "talk_accepted")]
    gone.refresh_from_db()
    assert gone.state != Talk.State.ACCEPTED


def test_a_speaker_changes_her_proposal_until_she_has_an_answer(event: Event, desk: Client) -> None:
    talk = proposed(event, "emi", "一")
    decide(desk, talk, "accept")
    emi, url = cast.signed_in("emi"), reverse("talk_revision", args=[talk.pk])
    assert emi.post(url, {"title": "", "abstract": "x", "minutes": "5"}).status_code == 422
    # The same values again leave the decision unchanged.
    emi.post(url, {"title": "一", "abstract": talk.abstract, "minutes": "20"})
    assert state_of(talk) == (Talk.State.PROPOSED, "accept")
    emi.post(url, {"title": "新しい題", "abstract": "新しい話", "minutes": "other", "other_minutes": "25"})
    talk.refresh_from_db()
    assert (talk.title, talk.abstract, talk.minutes, talk.staged) == ("新しい題", "新しい話", 25, "")
    cast.decided(talk, Talk.Decision.ACCEPT)
    late = emi.post(url, {"title": "遅い題", "abstract": "", "minutes": "5"})
    assert late.status_code == 409
    assert "遅い題" in late.content.decode()
    talk.refresh_from_db()
    assert talk.title == "新しい題"


def test_a_proposal_that_is_withdrawn_was_on_no_programme(event: Event) -> None:
    talk = proposed(event, "emi", "評価の話")
    emi, url = cast.signed_in("emi"), reverse("talk_withdrawal", args=[talk.pk])
    assert "leaves the program" not in emi.get(url).content.decode()
    emi.post(url)
    cast.signed_in("aiko")
    deliver(at=cast.NOW)
    [letter] = [letter for letter in mail.outbox if "A talk was withdrawn" in letter.subject]
    assert "It wasn’t on the program yet." in letter.body
    assert reverse("desk_talks", args=[event.public_id]) in letter.body


def test_a_decision_can_be_taken_back_before_it_is_told(event: Event, desk: Client) -> None:
    talk = proposed(event, "emi", "一")
    decide(desk, talk, "reject")
    decide(desk, talk, "undecided")
    assert state_of(talk) == (Talk.State.PROPOSED, "")
    assert "No decisions to send" in desk.get(reverse("desk_decisions", args=[event.public_id])).content.decode()
    verbs = HistoryEntry.objects.filter(subject=talk.subject).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["propose_talk", "stage_decision", "stage_decision"]


def test_a_proposal_that_has_its_answer_is_not_decided_again(event: Event, desk: Client) -> None:
    talk = cast.decided(proposed(event, "emi", "一"), Talk.Decision.REJECT)
    url = reverse("desk_talk_decision", args=[event.public_id, talk.pk])
    assert "has changed to" in desk.post(url, {"decision": "accept"}, follow=True).content.decode()
    assert "1 declined proposal" in desk.get(reverse("desk_talks", args=[event.public_id])).content.decode()


@pytest.mark.parametrize("sent", [[], ["x"], ["1:confirm"], ["１:accept"], ["9" * 30 + ":accept"], ["-1:accept"]])
def test_nonsense_is_refused(event: Event, desk: Client, sent: list[str]) -> None:
    talk = proposed(event, "emi", "一")
    assert desk.post(reverse("desk_decisions", args=[event.public_id]), {"decision": sent}).status_code == 400
    url = reverse("desk_talk_decision", args=[event.public_id, talk.pk])
    assert desk.post(url, {"decision": "confirmed"}).status_code == 400


def test_talks_of_another_event_are_not_told(event: Event, desk: Client) -> None:
    elsewhere = cast.event(title="別の会", of=cast.community(slug="other", owner="finn"))
    talk = proposed(elsewhere, "emi", "一")
    decide(cast.signed_in("finn"), talk, "accept")
    tell(desk, event, f"{talk.pk}:accept")
    assert state_of(talk) == (Talk.State.PROPOSED, "accept")


def test_the_desk_says_what_is_next(event: Event, desk: Client) -> None:
    talk = proposed(event, "emi", "一")
    overview = reverse("desk_event", args=[event.public_id])
    assert "Review 1 proposal" in desk.get(overview).content.decode()
    decide(desk, talk, "accept")
    assert "Send decisions to 1 person" in desk.get(overview).content.decode()


def test_many_are_decided_in_a_row_from_one_to_the_next(event: Event, desk: Client) -> None:
    first, second, third = (proposed(event, who, who) for who in ("emi", "finn", "dan"))
    page = reverse("desk_talks", args=[event.public_id])

    def leads_to(talk: Talk, decision: str) -> str:
        url = reverse("desk_talk_decision", args=[event.public_id, talk.pk])
        return desk.post(url, {"decision": decision}).headers["Location"]

    assert leads_to(second, "accept") == f"{page}#talk-{third.pk}"
    assert f'id="talk-{third.pk}"' in desk.get(page).content.decode()
    assert leads_to(third, "reject") == f"{page}#staged"
    assert leads_to(first, "undecided") == f"{page}#talk-{first.pk}"


def test_after_the_event_there_is_nothing_to_press(event: Event, desk: Client) -> None:
    talk, staged = proposed(event, "emi", "一"), proposed(event, "finn", "二")
    decide(desk, staged, "accept")
    accepted = cast.talk("dan", event, state=Talk.State.ACCEPTED)
    with time_machine.travel(event.ends_at + timedelta(hours=1), tick=False):
        page = desk.get(reverse("desk_talks", args=[event.public_id])).content.decode()
        assert talk.title in page
        assert staged.title in page
        assert "/decision" not in page
        confirmation = cast.signed_in("dan").get(reverse("talk_confirmation", args=[accepted.pk])).content.decode()
    assert "This event is over or canceled" in page
    assert "This event is over or canceled" in confirmation
    assert 'method="post"' not in confirmation.partition("<main")[2].partition("</main")[0]


@pytest.mark.story
@pytest.mark.parametrize("number", [1, 3])
def test_any_number_is_listed_with_the_same_queries(
    event: Event, desk: Client, django_assert_num_queries: Any, number: int
) -> None:
    for guest in cast.people(number):
        for state in (Talk.State.PROPOSED, Talk.State.ACCEPTED, Talk.State.CONFIRMED, Talk.State.REJECTED):
            cast.talk(guest, event, state=state)
        decide(desk, cast.talk(guest, event, state=Talk.State.PROPOSED), "accept")
    urls = [reverse(name, args=[event.public_id]) for name in ("desk_talks", "desk_decisions")]
    # Session and person, event and rights; the call, talks, co-speakers, invitations.
    with django_assert_num_queries(7):
        desk.get(urls[0])
    # The mails mention the rehearsal, so it is read too.
    with django_assert_num_queries(5):
        desk.get(urls[1])


def choose(desk: Client, event: Event, decision: str, *talks: Talk, **fields: str) -> str:
    url = reverse("desk_talks_selected", args=[event.public_id])
    pks = [str(talk.pk) for talk in talks]
    return desk.post(url, {"pk": pks, "decision": decision, **fields}, follow=True).content.decode()


def test_several_are_decided_at_once_with_a_note_each_or_one_for_all(event: Event, desk: Client) -> None:
    first, second, third = (
        proposed(event, who, title) for who, title in (("emi", "一"), ("finn", "二"), ("dan", "三"))
    )
    page = choose(
        desk,
        event,
        "reject",
        first,
        second,
        reply="Next time!",
        **{f"reply-{first.pk}": "You first.", f"reply-{third.pk}": "x"},
    )
    assert "2 proposals decided. No one is notified yet." in page
    assert told() == []
    assert [state_of(talk)[1] for talk in (first, second, third)] == ["reject", "reject", ""]
    assert [talk.reply for talk in (first, second, third)] == ["You first.", "Next time!", ""]
    preview = desk.get(reverse("desk_decisions", args=[event.public_id])).content.decode()
    assert "You first." in preview
    assert "Next time!" in preview
    tell(desk, event, f"{first.pk}:reject", f"{second.pk}:reject")
    mail.outbox.clear()
    deliver(at=cast.NOW + timedelta(hours=2))
    letters = {letter.to[0]: str(letter.body) for letter in mail.outbox if letter.to[0] != "aiko@example.org"}
    assert "You first." in letters["emi@example.org"]
    assert "Next time!" in letters["finn@example.org"]


def test_what_is_no_proposal_any_longer_is_left_out_of_several(event: Event, desk: Client) -> None:
    first, second = proposed(event, "emi", "一"), proposed(event, "finn", "二")
    withdraw_talk(talk=first, at=cast.NOW, by=cast.person("emi"))
    page = choose(desk, event, "accept", first, second)
    assert "1 proposal decided" in page
    assert "was left out" in page
    assert state_of(first) == (Talk.State.WITHDRAWN, "")


def test_several_without_a_choice_changes_nothing(event: Event, desk: Client) -> None:
    first = proposed(event, "emi", "一")
    assert "Select the proposals first." in choose(desk, event, "accept")
    assert state_of(first) == (Talk.State.PROPOSED, "")


def test_the_bar_for_several_is_there_with_two_proposals(event: Event, desk: Client) -> None:
    proposed(event, "emi", "一")
    url = reverse("desk_talks", args=[event.public_id])
    assert 'class="chosen"' not in desk.get(url).content.decode()
    proposed(event, "finn", "二")
    assert 'class="chosen"' in desk.get(url).content.decode()


def test_a_note_that_changed_since_the_preview_is_not_sent(event: Event, desk: Client) -> None:
    first = proposed(event, "emi", "一")
    choose(desk, event, "accept", first, reply="Welcome.")
    first.refresh_from_db()
    seen = reply_version(first)
    desk.post(reverse("desk_talk_note", args=[event.public_id, first.pk]), {"reply": "Bring your own adapter."})
    url = reverse("desk_decisions", args=[event.public_id])
    sent = {"decision": f"{first.pk}:accept", "note": f"{first.pk}:{seen}"}
    assert "was left out" in desk.post(url, sent, follow=True).content.decode()
    assert told() == []
    first.refresh_from_db()
    again = {**sent, "note": f"{first.pk}:{reply_version(first)}"}
    assert "We’ll email 1 person." in desk.post(url, again, follow=True).content.decode()


def test_a_note_by_itself_goes_with_the_single_decision(event: Event, desk: Client) -> None:
    first = proposed(event, "emi", "一")
    url = reverse("desk_talk_decision", args=[event.public_id, first.pk])
    desk.post(url, {"decision": "accept", f"reply-{first.pk}": "Twenty minutes, please."})
    first.refresh_from_db()
    assert (first.staged, first.reply) == ("accept", "Twenty minutes, please.")
    # Decided again without the field, the note stays.
    desk.post(url, {"decision": "undecided"})
    first.refresh_from_db()
    assert (first.staged, first.reply) == ("", "Twenty minutes, please.")
    too_long = desk.post(url, {"decision": "accept", f"reply-{first.pk}": "x" * 501})
    assert too_long.status_code == 400
