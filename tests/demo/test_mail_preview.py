"""The pages that show every kind of mail to its authors."""

import functools
from collections.abc import Callable

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import reverse

from meetups.accounts.letters import LETTERS
from meetups.demo import mail_preview
from meetups.demo.mail_scenes.every_mail import SampleMail, every_mail
from meetups.notifications.email_registry import KINDS
from meetups.pages.emails import AccountLetter
from tests.support import cast

EVERY = sorted({*KINDS, *(prefix.rpartition("/")[2] for prefix in LETTERS)} - {AccountLetter.name})


@pytest.fixture(scope="module")
def made() -> Callable[[str], dict[str, SampleMail]]:
    """All mails in a language, made only once. A page makes them again, which takes a second, and there are two hundred pages."""
    return functools.cache(every_mail)


@pytest.fixture
def quick(made: Callable[[str], dict[str, SampleMail]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_preview, "every_mail", lambda language, only="": made(language))


def rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


@pytest.mark.usefixtures("quick")
@pytest.mark.django_db
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_kind_is_listed_and_shown(language: str, client: Client) -> None:
    chosen = {"language": language}
    listing = client.get(reverse("mail_previews"), chosen).content.decode()
    for kind in EVERY:
        address = reverse("mail_preview", args=[kind])
        assert f'href="{address}?language={language}"' in listing, kind
        page = client.get(address, chosen)
        assert page.status_code == 200, kind
        assert reverse("mail_preview_html", args=[kind]) in page.content.decode()
        html = client.get(reverse("mail_preview_html", args=[kind]), chosen)
        assert html.status_code == 200, kind
        assert f'lang="{language}"' in html.content.decode()


@pytest.mark.django_db
def test_a_preview_leaves_nothing_behind(client: Client) -> None:
    """This holds even if the scene's people and community already exist."""
    dan = cast.person("dan")
    dan.email = "dan@example.org"
    dan.save()
    before = rows()
    for address in (reverse("mail_previews"), reverse("mail_preview", args=["drawn_in"])):
        assert client.get(address).status_code == 200
    assert rows() == before
    dan.refresh_from_db()
    assert dan.email == "dan@example.org"


@pytest.mark.usefixtures("quick")
@pytest.mark.django_db
def test_a_mail_is_shown_in_a_frame_that_runs_nothing(client: Client) -> None:
    page = client.get(reverse("mail_preview", args=["drawn_in"]), {"language": "ja", "scheme": "dark"})
    assert "当選" in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "'unsafe-inline'" not in page["Content-Security-Policy"]
    html = client.get(reverse("mail_preview_html", args=["drawn_in"]), {"language": "ja"})
    policy = html["Content-Security-Policy"]
    assert "style-src 'unsafe-inline'" in policy
    assert "frame-ancestors 'self'" in policy
    assert policy.startswith("sandbox allow-popups")
    assert "script" not in policy
    assert html["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.usefixtures("quick")
@pytest.mark.django_db
def test_a_mail_is_shown_light_or_dark_whatever_the_screen_prefers(client: Client) -> None:
    address = reverse("mail_preview_html", args=["drawn_in"])
    light, dark = (
        client.get(address, {"language": "ja", "scheme": scheme}).content.decode() for scheme in ("light", "dark")
    )
    assert "prefers-color-scheme" not in light + dark
    assert "@media not all" in light
    assert "@media all" in dark


@pytest.mark.django_db
def test_there_is_no_mail_of_a_kind_that_does_not_exist(client: Client) -> None:
    for name in ("mail_preview", "mail_preview_html"):
        assert client.get(reverse(name, args=["no_such_kind"])).status_code == 404
