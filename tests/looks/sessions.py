"""Scenes of a browser whose code is on its way, or whose session ended while a form was being typed. For `make looks`."""

import time
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.utils import timezone

from meetups.events.models import Event
from meetups.pages.entrance.gate import CODE_SECONDS, SESSION_KEY, AfterCode, GateRequest
from meetups.pages.entrance.way_in import way_in_token
from tests.looks.scene import person

TITLE, ABSTRACT = "特徴量ストアを2年運用して", "2年間に出た問題を、\n直した順に話します。"


def _session(name: str = "", asked: GateRequest | None = None) -> str:
    """The key of a new session: of a person, or of a stranger; with what waits in it."""
    client = Client()
    if name:
        client.force_login(person(name))
    session = client.session
    if asked:
        session[SESSION_KEY] = asdict(asked)
    session.save()
    return str(session.session_key)


def sessions_and_codes() -> list[dict[str, Any]]:
    """Each page about these scenes. What is typed is sent when the session has ended."""
    lottery = Event.objects.get(title__contains="#14", community__slug="ml-study")
    talks = f"/events/{lottery.public_id}/talks/new/"
    finn = person("finn")
    # All pictures are taken before the code ends.
    waiting = GateRequest(
        path=talks, fields="", label="提案を送る", thing=lottery.title, email="nana@example.com", name="奈々", language="ja",
        code="123456", mailed=time.time() + CODE_SECONDS,
    )  # fmt: skip
    typed = GateRequest(
        path=talks, fields=urlencode({"title": TITLE, "abstract": ABSTRACT, "minutes": "20"}), label="", thing="",
        email=finn.email, name="", language="ja", proved=finn.pk, after=AfterCode.SHOW,
    )  # fmt: skip
    words = {"title": TITLE, "abstract": ABSTRACT}
    return [
        {"name": "session-home-with-ticket", "who": "dan", "path": "/"},
        {"name": "session-follow-stranger", "who": "", "path": "/c/ml-study/following/"},
        {"name": "session-code-waits", "who": "", "path": "/code/", "session": _session(asked=waiting)},
        {"name": "way-in", "who": "", "path": f"/code/mine/{way_in_token(finn.email, finn.pk, at=timezone.now())}/"},
        {"name": "session-ended", "who": "", "path": talks, "status": 422, "session": _session("finn"), "typed": words},
        {
            "name": "session-ended-elsewhere",
            "who": "",
            "path": "/me/profile/",
            "status": 422,
            "session": _session("finn"),
            "typed": {"name": "フィン"},
        },
        {"name": "session-typed-again", "who": "", "path": "/code/typed/", "session": _session("finn", typed)},
    ]
