"""Database settings that the product needs, checked by ``manage.py check --database default``."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import connections

MAIL_ENDS_HERE = """
    ############################################################
    #  EMAIL_URL IS NOT SET: MAIL ENDS ON THIS MACHINE.        #
    #  No one gets a code, a confirmation or a reminder.       #
    #  Set EMAIL_URL in .env, then: docker compose up -d       #
    ############################################################"""
WANTED = {
    "synchronous_commit": (
        {"on", "remote_apply"},
        "An answered registration could be lost in a crash.",
    ),
    "client_connection_check_interval": (
        {"500ms"},
        "A client that was killed keeps the seat lock until its statement ends.",
    ),
}


def mail_leaves(app_configs: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warns where mail only goes to the catcher beside the product."""
    hint = "Set EMAIL_URL to your mail server."
    return (
        [checks.Warning("Mail ends on this machine.", hint=hint, id="meetups.W002")] if settings.MAIL_ENDS_HERE else []
    )


def database_keeps_promises(databases: Sequence[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warns about a connection setting that would weaken the promises about seats.

    A pooler in between may change such a setting.
    """
    found: list[checks.CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            for name, (values, consequence) in WANTED.items():
                cursor.execute("SELECT current_setting(%s)", [name])
                [value] = cursor.fetchone()
                if value not in values:
                    hint = f"ALTER ROLE … SET {name} = '{min(values)}', for the role of this database. {consequence}"
                    found.append(
                        checks.Warning(f"{name} is {value} in database {alias!r}.", hint=hint, id="meetups.W001")
                    )
    return found
