"""Routes, found by the raw path, so that an encoded slash stays inside its segment.

A Matrix user id, state key or alias may hold any character; only a router that splits before it
decodes can tell ``/state/m.x/a%2Fb`` from ``/state/m.x/a/b``.
"""

import enum
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.rank import Rank
from teahouse.infra.http.request import Request, segment
from teahouse.infra.http.response import Response

Handler = Callable[[Request], Awaitable[Response]]


class Auth(enum.Enum):
    """Whose session a route asks for."""

    NONE = "none"
    OPTIONAL = "optional"
    USER = "user"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Route:
    """One method at one path. ``{name}`` in the path takes one segment.

    ``door`` names the way by which this route can lead to a new account, ``allow`` the operator
    roles that may call it, ``body`` and ``answer`` the structs told to OpenAPI. ``suspended`` says
    that a suspended account may call it too.
    """

    method: str
    path: str
    handler: Handler
    auth: Auth = Auth.USER
    limit: Limit | None = None
    door: str = ""
    allow: tuple[str, ...] = ()
    summary: str = ""
    body: Any = None
    answer: Any = None
    status: int = 200
    waits: bool = False  # how long it takes is its client's choice, and no sign of our state
    by_machine: bool = False  # nobody waits for it: whoever watches the house asks, again and again
    locked: bool = False  # a locked account may call it (sign-out only, Matrix v1.12)
    page: bool = False  # a browser is sent here: it may be refused by a page for its reader
    rank: Rank = Rank.TALK  # in an overload; set for all routes by ``app/ranks.py``
    since: bytes = (
        b""  # in its query: from when on. Who does not say asks for all; set with the rank
    )

    @property
    def is_felt(self) -> bool:
        """Whether how long it takes is felt by people: not what waits, operators and machines ask."""
        return not self.waits and not self.by_machine and self.auth is not Auth.OPERATOR

    def weighed(self, query: bytes) -> tuple[Rank, bool]:
        """Return how important a request is, and whether it may wait for something to happen."""
        if self.since and self.since not in query:
            return max(self.rank, Rank.READ), False
        return self.rank, self.waits

    @property
    def only_json(self) -> bool:
        """Whether a body must say that it is JSON, if it says anything.

        Our own API wants it; Matrix's asks clients to say so, "but this is not required".
        """
        return self.path.startswith("/api/")


@dataclass
class _Node:
    literals: dict[str, "_Node"] = field(default_factory=dict[str, "_Node"])
    parameter: "_Node | None" = None
    methods: dict[str, tuple[Route, tuple[str, ...]]] = field(
        default_factory=dict[str, tuple[Route, tuple[str, ...]]]
    )


@dataclass(frozen=True)
class Found:
    """A route and its path's values; ``route`` is ``None`` when only the method is wrong."""

    route: Route | None
    path: dict[str, str]
    methods: tuple[str, ...]


class Router:
    """All routes of the house."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = list(routes)
        self._root = _Node()
        for route in self.routes:
            self._add(route)

    def _add(self, route: Route) -> None:
        node = self._root
        names: list[str] = []
        for part in route.path.split("/")[1:]:
            if part.startswith("{") and part.endswith("}"):
                names.append(part[1:-1])
                if node.parameter is None:
                    node.parameter = _Node()
                node = node.parameter
            else:
                node = node.literals.setdefault(part, _Node())
        assert route.method not in node.methods, f"{route.method} {route.path} is there already"
        node.methods[route.method] = (route, tuple(names))

    def find(self, method: str, raw_path: str) -> Found | None:
        """Return what serves a path, or ``None``. Raises ``Invalid`` for a path not in UTF-8."""
        parts = raw_path.split("/")[1:]
        values: list[str] = []
        node = self._walk(self._root, parts, 0, values)
        if node is None:
            return None
        found = node.methods.get(method)
        if found is None:
            return Found(None, {}, tuple(node.methods))
        route, names = found
        return Found(route, dict(zip(names, map(segment, values), strict=True)), ())

    def _walk(self, node: _Node, parts: list[str], at: int, values: list[str]) -> _Node | None:
        if at == len(parts):
            return node if node.methods else None
        part = parts[at]
        literal = node.literals.get(part)
        if literal is not None:
            found = self._walk(literal, parts, at + 1, values)
            if found is not None:
                return found
        if node.parameter is None or not part:
            return None
        values.append(part)
        found = self._walk(node.parameter, parts, at + 1, values)
        if found is None:
            values.pop()
        return found
