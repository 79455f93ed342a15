"""The product behind a proxy that compresses, as in production (OPERATING.md): for measures of what comes over the wire."""

import gzip
from collections.abc import Callable, Iterable
from typing import Any

from meetups.wsgi import application as product

COMPRESSED = ("text/", "application/json", "application/javascript", "image/svg")


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answers of text are compressed for browsers that say they take it."""
    told: list[Any] = []

    def start(*given: Any) -> Callable[[bytes], None]:
        told[:] = given
        return lambda _part: None

    answer = product(environ, start)
    try:
        body = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    status, headers, *more = told
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    is_plain = all(name.lower() != "content-encoding" for name, _value in headers)
    if body and is_plain and kind.startswith(COMPRESSED) and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
        body = gzip.compress(body, 6)
        headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
        headers += [("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))]
    start_response(status, headers, *more)
    return [body]
