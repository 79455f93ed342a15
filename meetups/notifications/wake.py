"""Waking the sender.

The message carries no data, so a broker that is down or hangs does no harm: the clock also finds what is due.
"""

import logging
import threading
import time
from functools import cache

from celery import current_app
from django.db import connection, transaction
from kombu import Connection, Producer

from meetups.notifications import broker

logger = logging.getLogger(__name__)

# After a failure the sender is not woken for a while: a hanging broker may cost one visitor a second, not every visitor.
PAUSE_SECONDS = 30.0
_silent_until = 0.0

# In a rush one message to the broker is enough for all commits in this time: the sender sends everything that is due.
SECONDS_BETWEEN = 0.1
_lock = threading.Lock()
_is_wanted = False
_ringer: threading.Thread | None = None


@cache
def _connection() -> Connection:
    return broker.connect()


def _publish() -> None:
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    # A machine that is busy for a moment looks like a broker that hangs, so it is asked twice.
    error = _refused() and _refused()
    if error:
        _silent_until = time.monotonic() + PAUSE_SECONDS
        logger.warning("The sender could not be woken; the clock will find what is due. %s", type(error).__name__)


def _refused() -> Exception | None:
    """Asks the broker once. Returns its error, after which the next one to ask opens a new connection."""
    try:
        with Producer(_connection().default_channel) as producer:
            current_app.send_task(
                "notifications.deliver", producer=producer, retry=False, expires=60, ignore_result=True
            )
    except broker.refusals(_connection()) as error:
        _connection().close()
        _connection.cache_clear()
        return error
    return None


def ring() -> None:
    """Publishes at once in a thread, so that no page waits for the broker.

    The thread ends when nothing more is wanted. The process waits for it before it ends.
    """
    global _is_wanted, _ringer
    with _lock:
        _is_wanted = True
        if _ringer is None or not _ringer.is_alive():
            _ringer = threading.Thread(target=_ring_until_quiet, name="wake")
            _ringer.start()


def _ring_until_quiet() -> None:
    global _is_wanted, _ringer
    while True:
        with _lock:
            if not _is_wanted:
                _ringer = None
                return
            _is_wanted = False
        _publish()
        time.sleep(SECONDS_BETWEEN)


def wake() -> None:
    """Wakes the sender after COMMIT, at most once per transaction and ten times per second."""
    if not any(entry[1] is ring for entry in connection.run_on_commit):
        transaction.on_commit(ring, robust=True)
