"""Refusing in an overload as soon as a request's head is read: no task, no scope, no look-up.

A refusal must cost next to nothing, or those who are refused take what there is for the others. So
what is refused for certain is refused here, with bytes made before; whatever needs more to be known,
such as a token that this worker has not seen, goes the usual way and is judged there. Both say the
same words.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from teahouse.errors import Invalid
from teahouse.infra.http.rank import Rank
from teahouse.infra.http.response import Header
from teahouse.infra.http.router import Auth, Route
from teahouse.infra.http.server import Server, current_path, dialect_of, headers_of
from teahouse.infra.http.shedding import SEVENTH_BITS, Shedding, overloaded

WITH_TOKEN = (Auth.USER, Auth.OPTIONAL)


class Ready(NamedTuple):
    """A refusal as it is sent: headers, each with its end of line, without the empty line; the body."""

    headers: bytes
    body: bytes


class Early:
    """One worker's."""

    def __init__(
        self, server: Server, shedding: Shedding, account_of: Callable[[str], str | None]
    ) -> None:
        """Make one. ``account_of`` tells whose a token is, if this worker knows without asking."""
        self._server = server
        self._shedding = shedding
        self._account_of = account_of
        self._ready: dict[tuple[str, int], Ready] = {}

    @property
    def awake(self) -> bool:
        """Whether anything may be refused at present."""
        return self._shedding.awake

    def refusal(self, method: bytes, url: bytes, headers: Sequence[Header]) -> Ready | None:
        """Return how a request is refused, and count that; ``None`` when it is not refused here."""
        path, _, query = url.partition(b"?")
        raw_path = path.decode("latin-1")
        verb = method.decode("latin-1")
        try:
            found = self._server.router.find(
                "GET" if verb == "HEAD" else verb, current_path(raw_path)
            )
        except Invalid:
            return None
        if found is None or found.route is None:
            return None
        rank, _ = found.route.weighed(query)
        nth = self._refused(found.route, rank, headers)
        if nth is None:
            return None
        self._server.count(verb, found.route.path, 429, 0.0)
        return self._words(dialect_of(raw_path), nth)

    def _refused(self, route: Route, rank: Rank, headers: Sequence[Header]) -> int | None:
        shedding = self._shedding
        if not shedding.has_room(rank):
            return shedding.refuse(rank)
        if shedding.passes(rank, SEVENTH_BITS):  # whoever asks
            return None
        token = _bearer(headers) if route.auth in WITH_TOKEN else ""
        account_id = self._account_of(token) if token else None
        if account_id is None:
            return None
        place = shedding.place(account_id)
        return None if shedding.passes(rank, place) else shedding.refuse(rank, place)

    def _words(self, dialect: Any, nth: int) -> Ready:
        key = (dialect.__name__, nth)
        ready = self._ready.get(key)
        if ready is None:
            response = dialect.refusal(overloaded(nth))
            lines = (b"%b: %b\r\n" % header for header in headers_of(response, dialect))
            ready = self._ready[key] = Ready(b"".join(lines), response.body)
        return ready


def _bearer(headers: Sequence[Header]) -> str:
    """Return the token of the header, as ``request.bearer`` reads it; "" when there is none."""
    for name, value in headers:
        if name == b"authorization":
            scheme, _, token = value.decode("latin-1").partition(" ")
            return token.strip() if scheme.lower() == "bearer" else ""
    return ""
