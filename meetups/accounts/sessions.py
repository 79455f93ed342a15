"""Sessions in PostgreSQL that are read together with their person. `SESSION_ENGINE` names this module.

Every page for a signed-in person needs the session and the account. Here one statement reads both. Nothing is kept from one
request to the next. So signing out, a new password and a closed account take effect at once.
"""

from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
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
