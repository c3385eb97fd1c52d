"""A response: a status, some bytes, and headers already in the shape that ASGI wants."""

from collections.abc import AsyncIterator
from typing import Any

from teahouse.infra.http.strict_json import encode

JSON = b"application/json"

Header = tuple[bytes, bytes]


class Response:
    """What a handler returns. ``chunks`` replaces ``body`` for what should not sit in memory."""

    __slots__ = ("body", "chunks", "content_type", "headers", "status")

    def __init__(
        self,
        status: int = 200,
        body: bytes = b"",
        content_type: bytes = JSON,
        headers: tuple[Header, ...] = (),
        chunks: AsyncIterator[bytes] | None = None,
    ) -> None:
        self.status = status
        self.body = body
        self.content_type = content_type
        self.headers = headers
        self.chunks = chunks


def json_response(value: Any, status: int = 200, headers: tuple[Header, ...] = ()) -> Response:
    """Return ``value`` (a struct, dict or list) as JSON."""
    return Response(status, encode(value), JSON, headers)


def empty() -> Response:
    """Return Matrix's usual "done": an empty JSON object."""
    return Response(200, b"{}")


def html(text: str, status: int = 200, headers: tuple[Header, ...] = ()) -> Response:
    """Return a page."""
    return Response(status, text.encode(), b"text/html; charset=utf-8", headers)


def redirect(to: str) -> Response:
    """Send the client elsewhere, once."""
    return Response(302, b"", b"text/plain", ((b"location", to.encode("ascii")),))
