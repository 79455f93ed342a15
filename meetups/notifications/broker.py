"""Redis, asked with short patience: what it knows is useful and never needed."""

import kombu.exceptions
from django.conf import settings
from kombu import Connection

PATIENCE_SECONDS = 0.5


def connect() -> Connection:
    """A connection that gives up after half a second. It opens with its first use."""
    return Connection(
        settings.CELERY_BROKER_URL,
        transport_options={
            "socket_connect_timeout": PATIENCE_SECONDS,
            "socket_timeout": PATIENCE_SECONDS,
            "max_retries": 1,
            "interval_start": 0,
            "interval_step": 0,
            "interval_max": 0,
        },
    )


def refusals(connection: Connection) -> tuple[type[Exception], ...]:
    """The errors of the broker.

    Its client is loaded only with the first use, because it takes 20 MB, and most commands do not need it.
    """
    return (kombu.exceptions.KombuError, OSError, *connection.connection_errors, *connection.channel_errors)
