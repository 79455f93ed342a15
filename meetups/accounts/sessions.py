"""Sessions in PostgreSQL that are read together with their person. `SESSION_ENGINE` names this module.

Every page for a signed-in person needs the session and the account. Here one statement reads both. Nothing is kept from one
request to the next. So signing out, a new password and a closed account take effect at once.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.db import OperationalError
from django.utils import timezone

from meetups.accounts.models import Session, User
from meetups.core.sql_statements import Columns, Statement

PERSON = Columns(User, "person")
READ = Statement(f"""
    SELECT session.session_data, {PERSON.sql}
    FROM accounts_session session LEFT JOIN accounts_user person ON person.id = session.person_id
    WHERE session.session_key = %(key)s AND session.expire_date > %(at)s
""")


class SessionStore(db.SessionStore):
    """Django's sessions. `person` is the owner of the session when it was read. `Reader` decides whether that still holds."""

    person: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = cast(Session, super().create_model_instance(data))
        session.person_id = data.get(SESSION_KEY)
        return session

    def _validate_session_key(self, key: str | None) -> bool:
        """Anyone can write anything into a cookie. PostgreSQL need not see a key that we never made, and it cannot take NUL."""
        return bool(key) and len(str(key)) >= 8 and str(key).isascii() and str(key).isalnum()

    def save(self, must_create: bool = False) -> None:
        """Django takes every error of the database for a session that was deleted. One that does not answer is told as that."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            raise

    def load(self) -> dict[str, Any]:
        row = READ.one(key=self.session_key, at=timezone.now())
        if row is None:
            self._session_key = None
            return {}
        self.person = PERSON.read_or_none(row[1:])
        return self.decode(row[0])


BROWSER = "browser"
SIGNED_IN = "signed_in_at"
SEEN = "seen_on"
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


@dataclass(frozen=True)
class SignedInBrowser:
    """A browser in which a person is signed in. `mark` names it on pages, where its key must not stand."""

    mark: str
    browser: str
    since: datetime | None
    seen: datetime | None
    is_here: bool


def remember_browser(session: SessionBase, agent: str, *, at: datetime) -> None:
    """Notes which browser signed in and when. No network address is kept."""
    words = [next((name for sign, name in table.items() if sign in agent), "") for table in (BROWSERS, SYSTEMS)]
    session[BROWSER] = " · ".join(word for word in words if word)
    session[SIGNED_IN] = session[SEEN] = at.isoformat()


def renew(session: SessionBase, *, at: datetime) -> None:
    """Lets a session that is used live on, once a day: so it ends 60 days after its last use."""
    seen = session.get(SEEN)
    if seen and seen[:10] != at.isoformat()[:10]:
        session[SEEN] = at.isoformat()


def sessions_of(person: User, *, here: str, at: datetime) -> list[SignedInBrowser]:
    """The browsers in which `person` is signed in, the one with the key `here` first, then the latest."""
    found = []
    for row in Session.objects.filter(person=person, expire_date__gt=at):
        data = SessionStore().decode(row.session_data)
        if data.get(HASH_SESSION_KEY) == person.get_session_auth_hash():
            since, seen = (datetime.fromisoformat(data[key]) if key in data else None for key in (SIGNED_IN, SEEN))
            is_here = row.session_key == here
            found.append(SignedInBrowser(_mark(row.session_key), data.get(BROWSER, ""), since, seen, is_here))
    return sorted(found, key=lambda one: (one.is_here, one.seen.timestamp() if one.seen else 0), reverse=True)


def end_sessions(person: User, *, at: datetime, but: str = "", only: str = "") -> int:
    """Ends the sessions of `person`, except the one with the key `but`; or `only` the one with this mark. Says how many.

    From `at` on no browser in which the person isn't signed in counts as known to the account (RULES 265).
    """
    User.objects.filter(pk=person.pk).update(browsers_end_at=at)
    keys = Session.objects.filter(person=person).exclude(pk=but).values_list("pk", flat=True)
    ended, _by_model = Session.objects.filter(pk__in=[key for key in keys if only in {"", _mark(key)}]).delete()
    return ended


def _mark(key: str) -> str:
    return hashlib.sha256(f"mark of a session {key}".encode()).hexdigest()[:20]
