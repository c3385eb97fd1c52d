"""uvicorn's HTTP/1.1 with limits it lacks, and with refusals that cost little.

How large a request's head may be, how slow, and for how long a body may come that nobody waits for.
Without them one client could fill the memory with headers, or hold sockets open for nothing, before
any rule of ours is asked. A body's limits are in ``request.py``.

In an overload ``early.py`` refuses here what it can: the connection stays, the body is read past.
"""

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from teahouse.infra.http.early import Early
from teahouse.infra.http.line import LINE, Line

HEAD_BYTES_MAX = 64 * 1024  # beyond what came with the head's first bytes, which is one read
HEAD_SECONDS_MAX = 20.0

_TOO_LARGE = b"431 Request Header Fields Too Large"
_TOO_SLOW = b"408 Request Timeout"
_REFUSED = b"HTTP/1.1 429 Too Many Requests\r\n"


class CarefulProtocol(HttpToolsProtocol):
    """One connection."""

    head_bytes_max: ClassVar[int] = HEAD_BYTES_MAX
    head_seconds_max: ClassVar[float] = HEAD_SECONDS_MAX
    early: ClassVar[Early | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._was_refused = False  # the request whose body comes now
        self._in_head = True
        self._in_body = False
        self._head_bytes = 0
        self._timer: asyncio.TimerHandle | None = None
        self._line = Line()

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Expect a request soon."""
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing any more."""
        self._forget()
        super().connection_lost(exc)
        self._line.cut()

    def data_received(self, data: bytes) -> None:
        """Read on, and see whether the head has ended by now."""
        was_in_head = self._in_head
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._in_head:
            if was_in_head:
                self._head_bytes += len(data)
            if self._head_bytes > self.head_bytes_max:
                self._refuse(_TOO_LARGE)
            else:
                self._expect()
        elif self._was_refused:
            self._expect()

    def on_response_complete(self) -> None:
        """An answer is given; nobody reads what is left of the body."""
        super().on_response_complete()
        if self._in_body:
            self._expect()

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self.scope[LINE] = self._line  # pyright: ignore[reportGeneralTypeIssues] - ASGI lets us add
        self._in_head = True
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        """A head has ended."""
        self._in_head = False
        self._in_body = True
        self._forget()
        if not self._refuse_early():
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of a body has come."""
        if not self._was_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """A body has ended."""
        self._in_body = False
        self._forget()
        if self._was_refused:
            self._was_refused = False
            self.on_response_complete()  # the connection is free for the next request
        else:
            super().on_message_complete()

    def _refuse_early(self) -> bool:
        """Refuse this request if that is certain, and nothing before it is unanswered or unsent."""
        early, parser, cycle = self.early, self.parser, self.cycle
        assert parser is not None, "it has just read a head"
        if early is None or not early.awake or self.flow.write_paused:
            return False
        unanswered = cycle is not None and not cycle.response_complete  # pyright: ignore[reportUnnecessaryComparison] - there is none before the first
        if unanswered or parser.should_upgrade():
            return False
        method: bytes = parser.get_method()
        ready = early.refusal(method, self.url, self.headers)
        if ready is None:
            return False
        parts = [_REFUSED]
        for name, value in self.server_state.default_headers:
            parts += (name, b": ", value, b"\r\n")
        # Who waits for a word before they send the body will send none.
        stays = parser.get_http_version() != "1.0" and parser.should_keep_alive()
        stays = stays and not self.expect_100_continue
        parts += (ready.headers, b"\r\n" if stays else b"connection: close\r\n\r\n")
        if method != b"HEAD":
            parts.append(ready.body)
        self.transport.write(b"".join(parts))
        self._was_refused = True
        if not stays:
            self.transport.close()
        return True

    def _expect(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self.head_seconds_max, self._refuse, _TOO_SLOW)

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, status: bytes) -> None:
        """Say so, unless an answer is on its way or was given; then hang up."""
        self._forget()
        if self.transport.is_closing():
            return
        cycle: Any = self.cycle
        if self._in_head and (cycle is None or cycle.response_complete):
            answer = b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            self.transport.write(answer)
        self.transport.close()
