"""A first-time visitor finds the way from an event to its registration."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetups.notifications.actions.deliver import deliver
from tests.support import cast
from tests.support.letters import text_of
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db
CODE = re.compile(r"^    (\d{6})$", re.MULTILINE)
NEXT = "/events/abcd2345/registration/"


def last_text(sink: MailSink) -> str:
    """The last mail, once the due ones have left."""
    deliver(at=timezone.now())
    return text_of(sink.messages[-1])


def sign_up_links(html: str) -> list[str]:
    return re.findall(r'href="(/accounts/signup/[^"]*)"', html)


def leads_on(url: str) -> list[str]:
    return parse_qs(urlsplit(url).query).get("next", [])


def ask_for_code(client: Client, email: str, onward: str = NEXT) -> str:
    """Asks for a sign-in code on the way to `onward`. Returns the page that takes the code."""
    answer = client.post(reverse("account_request_login_code"), {"email": email, "next": onward}, follow=True)
    return answer.content.decode()


def code_in(sink: MailSink) -> str:
    found = CODE.search(last_text(sink))
    assert found is not None
    return found[1]


def test_the_way_back_stays_with_signing_up_with_a_password(client: Client) -> None:
    html = client.get(reverse("account_login"), {"next": NEXT}).content.decode()
    [sign_up] = sign_up_links(html)
    assert leads_on(sign_up) == [NEXT]


def test_the_code_page_is_the_same_for_addresses_with_and_without_an_account(mail_sink: MailSink) -> None:
    dan = cast.person("dan", language="en")
    english = {"accept-language": "en"}
    pages = [ask_for_code(Client(headers=english), address) for address in (dan.email, "nobody@example.org")]
    words = [re.sub(r"<[^>]*>|\S+@\S+", "", page) for page in pages]
    assert "We emailed a code to" in words[0]
    assert words[0] == words[1]


def test_one_box_signs_up_and_the_way_back_is_kept_past_the_name(client: Client, mail_sink: MailSink) -> None:
    event = cast.event()
    onward = reverse("talk_proposal", args=[event.public_id])
    page = client.get(reverse("event", args=[event.public_id])).content.decode()
    [header] = re.findall(r'href="(/accounts/login/[^"]*)"', page)
    assert leads_on(header) == [reverse("event", args=[event.public_id])], "the link in the header knows the page"
    ask_for_code(client, "new@example.org", onward)
    answer = client.post(reverse("gate_code"), {"code": code_in(mail_sink)})
    assert answer["Location"] == onward
    answer = client.get(onward)
    assert leads_on(answer["Location"]) == [onward], "a new person says their name first"
    answer = client.post(answer["Location"], {"name": "New", "language": "en"})
    assert answer["Location"] == onward


def test_the_code_for_a_new_person_says_that_it_makes_an_account(client: Client, mail_sink: MailSink) -> None:
    cast.person("dan", language="en")
    for address, is_new in (("dan@example.org", False), ("nobody@example.org", True)):
        ask_for_code(Client(headers={"accept-language": "en"}), address)
        assert ("has no account yet" in last_text(mail_sink)) is is_new


def test_the_way_back_outlasts_signing_up_with_a_password(client: Client, mail_sink: MailSink) -> None:
    form = {"name": "New", "email": "ｎｅｗ＠ｅｘａｍｐｌｅ．ｏｒｇ", "password1": "a long word", "next": NEXT}
    answer = client.post(reverse("account_signup"), form, follow=True)
    wide = code_in(mail_sink).translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    done = client.post(answer.redirect_chain[-1][0], {"code": wide})
    assert done["Location"] == NEXT


def test_a_wide_address_signs_in_by_code_and_by_password(client: Client, mail_sink: MailSink) -> None:
    cast.person("dan")
    wide = "ｄａｎ＠ｅｘａｍｐｌｅ．ｏｒｇ"
    assert "dan@example.org" in ask_for_code(client, wide)
    answer = client.post(reverse("account_login"), {"login": wide, "password": cast.PASSWORD, "next": NEXT})
    assert answer["Location"] == NEXT


@pytest.mark.parametrize(
    "onward",
    ["https://evil.example/", "/events/WIN A PRIZE/", "/c/call-0900-123-now/", "/events/abcd2345/?win=a-prize"],
)
def test_nobody_can_write_into_somebodys_mail_through_the_way_back(
    client: Client, mail_sink: MailSink, onward: str
) -> None:
    ask_for_code(client, "victim@example.org", onward)
    assert "next=" not in last_text(mail_sink)
    assert "evil" not in last_text(mail_sink)


def test_the_way_back_stays_on_this_site(client: Client, mail_sink: MailSink) -> None:
    ask_for_code(client, "new@example.org", "https://evil.example/")
    answer = client.post(reverse("gate_code"), {"code": code_in(mail_sink)})
    assert answer["Location"] == reverse("my_page")
