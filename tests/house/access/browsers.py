"""Browsers of people who are signed in, and the letter for what they are answered."""

from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.urls import reverse

from meetups.accounts.models import User


def letter(answer: Any) -> str:
    """The letter for the class of an answer."""
    status = answer.status_code
    if status == 422 and b'name="signed-out-email"' in answer.content:
        # The gate stands on the page itself, for what was typed.
        return "L"
    if 300 <= status < 400:
        return "L" if urlsplit(answer["Location"]).path == reverse("account_login") else "r"
    return {403: "f", 404: "n", 405: "m"}.get(status, "o" if status < 300 else "b" if status < 500 else "!")


def cookies_of(user: User | None) -> SimpleCookie:
    client = Client()
    if user:
        client.force_login(user)
    return client.cookies


def client_with(cookies: SimpleCookie) -> Client:
    return afresh(Client(headers={"Accept-Language": "en"}), cookies)


def afresh(client: Client, cookies: SimpleCookie) -> Client:
    """The same browser with only these cookies. A new one would load all middleware again, as long as a refusal takes."""
    client.cookies = SimpleCookie(cookies.output(header="", sep=";"))
    return client
