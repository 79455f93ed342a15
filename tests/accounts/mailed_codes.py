"""Browsers on several networks that ask for codes and guess them."""

from django.test import Client
from django.urls import reverse

from meetups.notifications.models import Notification

DAN = "dan@example.org"
ATTACKER, HOME, ROOM = "192.0.2.66", "198.51.100.7", "203.0.113.9"


def browser(network: str = HOME) -> Client:
    return Client(REMOTE_ADDR=network, headers={"accept-language": "en"})


def ask_for_code(client: Client, email: str = DAN) -> int:
    return client.post(reverse("account_request_login_code"), {"email": email}).status_code


def code(email: str = DAN) -> str:
    """The newest code that was mailed."""
    row = Notification.objects.filter(kind="account_letter", letter__has_key="code").latest("pk")
    return str((row.letter or {})["code"])


def guess(client: Client, typed: str) -> str:
    return client.post(reverse("gate_code"), {"code": typed}, follow=True).content.decode()


def other(typed: str) -> str:
    return f"{(int(typed) + 1) % 1_000_000:06}"


def is_in(client: Client) -> bool:
    return client.get(reverse("my_page")).status_code == 200


def guess_right(client: Client) -> None:
    assert ask_for_code(client) == 302
    guess(client, code())
    assert is_in(client)


def sign_in(network: str = HOME) -> bool:
    client = browser(network)
    if ask_for_code(client) != 302:
        return False
    guess(client, code())
    return is_in(client)
