"""A first-time visitor finds the way from an event to its registration."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetups.notifications.actions.deliver import deliver
from tests.support import cast
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db
CODE = re.compile(r"^    (\d{6})$", re.MULTILINE)
NEXT = "/events/abcd2345/registration/"


def text_of(sink: MailSink) -> str:
    """The last mail, once the due ones have left."""
    deliver(at=timezone.now())
    text: str = sink.messages[-1].get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]
    return text


def sign_up_links(html: str) -> list[str]:
    return re.findall(r'href="(/accounts/signup/[^"]*)"', html)


def leads_on(url: str) -> list[str]:
    return parse_qs(urlsplit(url).query).get("next", [])


def ask_for_code(client: Client, email: str, onward: str = NEXT) -> str:
    """Asks for a sign-in code on the way to `onward`. Returns the page that takes the code."""
    answer = client.post(reverse("account_request_login_code"), {"email": email, "next": onward}, follow=True)
    return answer.content.decode()


@pytest.mark.parametrize("name", ["account_login", "account_request_login_code"])
def test_signing_up_stands_beside_signing_in(client: Client, name: str) -> None:
    html = client.get(reverse(name), {"next": NEXT}).content.decode()
    [sign_up] = sign_up_links(html)
    assert leads_on(sign_up) == [NEXT]
    assert html.index("/accounts/signup/") < html.index("</form>", html.index('name="email"'))


def test_the_code_page_is_the_same_for_addresses_with_and_without_an_account(mail_sink: MailSink) -> None:
    dan = cast.person("dan", language="en")
    english = {"accept-language": "en"}
    pages = [ask_for_code(Client(headers=english), address) for address in (dan.email, "nobody@example.org")]
    for page in pages:
        assert [leads_on(link) for link in sign_up_links(page)] == [[NEXT]]
        assert "First time here?" in page
    words = [re.sub(r"<[^>]*>|\S+@\S+", "", page) for page in pages]
    assert words[0] == words[1]


def test_the_mail_leads_back_to_the_event_and_signing_up_ends_there(client: Client, mail_sink: MailSink) -> None:
    ask_for_code(client, "new@example.org")
    [url] = re.findall(r"https?://\S+/accounts/signup/\S*", text_of(mail_sink))
    assert leads_on(url) == [NEXT]
    page = client.get(f"{urlsplit(url).path}?{urlsplit(url).query}")
    assert page.status_code == 200
    form = {"name": "New", "email": "new@example.org", "password1": "a long word", "next": NEXT}
    answer = client.post(reverse("account_signup"), form, follow=True)
    code = CODE.search(text_of(mail_sink))
    assert code is not None
    done = client.post(answer.redirect_chain[-1][0], {"code": code[1]})
    assert done["Location"] == NEXT


@pytest.mark.parametrize(
    "onward",
    ["https://evil.example/", "/events/WIN A PRIZE/", "/c/call-0900-123-now/", "/events/abcd2345/?win=a-prize"],
)
def test_nobody_can_write_into_somebodys_mail_through_the_way_back(
    client: Client, mail_sink: MailSink, onward: str
) -> None:
    ask_for_code(client, "victim@example.org", onward)
    assert "next=" not in text_of(mail_sink)
