"""The settings of gunicorn: `gunicorn --config python:meetups.gunicorn meetups.wsgi`.

The number of workers comes from WEB_CONCURRENCY, the address from `--bind`.
"""

import gc
import logging
import socket
from typing import Any

from meetups.core.logs import HideSecrets, LineWithoutValues

wsgi_app = "meetups.wsgi"
# Workers are forked from a loaded application: they start faster and share memory.
preload_app = True
accesslog = None
loglevel = "warning"
timeout = 30
graceful_timeout = 5


def when_ready(server: Any) -> None:
    """Prepares three things once, before workers are forked.

    The server's own log follows the rules of ours: no secrets, no values in tracebacks.

    The garbage collector ignores the loaded objects: they never become garbage, and workers continue to share their memory.

    The kernel holds a new connection until its first data arrives. Browsers open connections ahead of need. A sync worker would
    wait for the first byte of such a connection and serve no one else. Linux only; elsewhere a proxy in front does the same.
    """
    for handler in logging.getLogger("gunicorn.error").handlers:
        handler.setFormatter(LineWithoutValues("%(asctime)s %(levelname)s %(name)s %(message)s"))
        handler.addFilter(HideSecrets())
    gc.collect()
    gc.freeze()
    if hasattr(socket, "TCP_DEFER_ACCEPT"):
        for listener in server.LISTENERS:
            if listener.sock.family in {socket.AF_INET, socket.AF_INET6}:
                listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, timeout)
