"""What a connection and its request may know of each other beyond ASGI, where it is ours.

By ASGI whoever waits learns only by a task of its own that nobody is left to tell, and an answer
goes out in two pieces whose headers are looked at one by one. For one of a thousand who wait both
cost more than what they are told.
"""

from collections.abc import Callable, Iterable
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

LINE = "teahouse.line"  # under which name a connection puts its line into the scope

Told = Callable[[], object]


class Line:
    """A connection, as far as its request may know of it."""

    __slots__ = ("is_cut", "told")

    def __init__(self) -> None:
        self.is_cut = False
        self.told: Told | None = None

    def cut(self) -> None:
        """Say that the client has hung up."""
        self.is_cut = True
        told, self.told = self.told, None
        if told is not None:
            told()

    def forget(self) -> None:
        """Tell nobody."""
        self.told = None


def head_of(status: int, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return the head of an answer, but for its length, its date and its end."""
    lines = [STATUS_LINE[status], *(b"%b: %b\r\n" % header for header in headers)]
    return b"".join(lines)


def send_whole(send: Any, head: bytes, body: bytes) -> bool:
    """Give an answer in one piece; false: it has to go the usual way.

    So it has where ``send`` is not uvicorn's, where the client reads slowly, or where the connection
    is not to be used again.
    """
    cycle = getattr(send, "__self__", None)
    if (
        not isinstance(cycle, RequestResponseCycle)
        or cycle.response_started
        or cycle.disconnected
        or cycle.flow.write_paused
        or not cycle.keep_alive
    ):
        return False
    pieces = [head, b"content-length: %d\r\n" % len(body)]
    for name, value in cycle.default_headers:
        pieces += (name, b": ", value, b"\r\n")
    cycle.waiting_for_100_continue = False
    cycle.response_started = cycle.response_complete = True
    cycle.transport.write(b"".join((*pieces, b"\r\n", body)))
    cycle.message_event.set()
    cycle.on_response()
    return True
