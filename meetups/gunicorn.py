"""How gunicorn runs the product: `gunicorn --config python:meetups.gunicorn meetups.wsgi`.

The number of workers comes from WEB_CONCURRENCY, the address from `--bind`.
"""

import gc
import socket
from typing import Any

wsgi_app = "meetups.wsgi"
# Workers are forked from a loaded application: they start faster and share memory.
preload_app = True
accesslog = None
loglevel = "warning"
timeout = 30
graceful_timeout = 5


def when_ready(server: Any) -> None:
    """Two things, once, before workers are forked.

    The garbage collector leaves alone what is loaded: none of it ever becomes garbage, and workers go on sharing its memory.

    The kernel keeps a connection until it says something. Browsers open connections ahead of need, and a sync worker would wait for the
    first byte of such a one instead of serving others. Linux only; elsewhere a proxy in front does the same.
    """
    gc.collect()
    gc.freeze()
    if hasattr(socket, "TCP_DEFER_ACCEPT"):
        for listener in server.LISTENERS:
            if listener.sock.family in {socket.AF_INET, socket.AF_INET6}:
                listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, timeout)
