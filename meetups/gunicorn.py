"""The settings of gunicorn: `gunicorn --config python:meetups.gunicorn meetups.wsgi`.

The number of workers comes from WEB_CONCURRENCY, the address from `--bind`.
"""

import gc
import logging
import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

from meetups.core.checks import MAIL_ENDS_HERE
from meetups.core.logs import HideSecrets, LineWithoutValues

# Workers count into files that they share; whichever answers Prometheus adds them up. It must be known before the product is loaded.
MEMORY = "/dev/shm"  # noqa: S108 - a new folder is made in it
os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(
    prefix="meetups-metrics-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None
)

wsgi_app = "meetups.wsgi"
# Workers are forked from a loaded application: they start faster and share memory.
preload_app = True
accesslog = None
loglevel = "warning"
# Its folder is in the home of the user, and in a container that user has none.
control_socket_disable = True
timeout = 30
graceful_timeout = 5


def on_exit(server: Any) -> None:
    """Takes the files of the figures away."""
    shutil.rmtree(Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]), ignore_errors=True)


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
    if settings.MAIL_ENDS_HERE:
        server.log.warning(MAIL_ENDS_HERE)
    gc.collect()
    gc.freeze()
    if hasattr(socket, "TCP_DEFER_ACCEPT"):
        for listener in server.LISTENERS:
            if listener.sock.family in {socket.AF_INET, socket.AF_INET6}:
                listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, timeout)
