"""Links that pretend to lead somewhere else, and links in mails that are older than their object."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from meetups.notifications.models import Preference, Topic
from meetups.notifications.unsubscription import unsubscribe_token
from meetups.speakers.models import Talk
from tests.support import cast

pytestmark = pytest.mark.django_db


def test_a_link_to_slides_leads_where_the_page_says_that_it_leads() -> None:
    """The button says "See the slides on …". With the backslash, the page named one host and a browser would go to the other."""
    talk = cast.talk("emi", cast.event())
    emi, page = cast.signed_in("emi"), reverse("talk_slides", args=[talk.pk])
    for url in (
        "https://evil.example\\@speakerdeck.example/deck",
        "https://speakerdeck.example@evil.example/",
        "https://user:password@evil.example/",
        "https://speakerdeck.example/\u202efdp.kced",
        "https://speaker\u200bdeck.example/",
        "https://speakerdeck.example:99999/",
    ):
        answered = emi.post(page, {"url": url})
        assert (answered.status_code, Talk.objects.get().slides_url) == (422, ""), url
    assert emi.post(page, {"url": "https://speakerdeck.example:8443/@emi/deck?a=b@c"}).status_code == 302


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("speakerdeck.example", "on speakerdeck.example<"),
        # With a Cyrillic o.
        ("g\u043e\u043egle.example", "on xn--ggle-55da.example<"),
        ("資料.example", "on 資料.example<"),
    ],
)
def test_a_host_that_looks_like_another_is_shown_as_machines_write_it(host: str, shown: str) -> None:
    with time_machine.travel(cast.NOW, tick=False):
        event = cast.event()
        talk = cast.talk("emi", event)
        emi = cast.signed_in("emi")
        assert emi.post(reverse("talk_slides", args=[talk.pk]), {"url": f"https://{host}/deck"}).status_code == 302
        assert shown in emi.get(reverse("talk", args=[event.public_id, talk.pk])).content.decode()


# The missing person is noticed only when a real transaction ends.
@pytest.mark.django_db(transaction=True)
def test_the_link_that_ends_mails_works_in_the_mailbox_of_who_has_no_account_any_more() -> None:
    person, community = cast.person("dan"), cast.community()
    token = unsubscribe_token(person.pk, Topic.REMINDERS, community.thread)
    person.delete()
    answered = Client().post(reverse("unsubscription", args=[token]), {"List-Unsubscribe": "One-Click"})
    assert (answered.status_code, Preference.objects.exists()) == (200, False)
    assert "You’ve unsubscribed from these emails." in answered.content.decode()
