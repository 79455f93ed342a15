"""Sessions in PostgreSQL that bring their person along. `SESSION_ENGINE` names this module.

Every page for somebody who is signed in needs her session and her account: here they are one statement instead of two. Nothing is kept
from one request to the next, so signing out, a new password and a closed account count at once.
"""

from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
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
    """Django's sessions. `person` is whose session it was when it was read; whether that still holds is for `Reader` to say."""

    person: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = cast(Session, super().create_model_instance(data))
        session.person_id = data.get(SESSION_KEY)
        return session

    def _validate_session_key(self, key: str | None) -> bool:
        """Anybody can write anything into a cookie; what we never made, PostgreSQL need not see (and NUL it could not)."""
        return bool(key) and len(str(key)) >= 8 and str(key).isascii() and str(key).isalnum()

    def load(self) -> dict[str, Any]:
        row = READ.one(key=self.session_key, at=timezone.now())
        if row is None:
            self._session_key = None
            return {}
        self.person = PERSON.read_or_none(row[1:])
        return self.decode(row[0])
